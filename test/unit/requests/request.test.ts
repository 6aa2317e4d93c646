import { expect, test } from 'vitest'
import { readRequests } from '../../../src/requests/request.ts'

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
  'the word %s asks for nothing',
  (value) => {
    const [request] = readRequests({ 'flagger.app/promote': value })
    expect(request?.unreadable).toContain('neither true nor a JSON object')
  },
)

test('what JSON names beside the fields of a request is dropped', () => {
  const value = '{"id":"1","__proto__":{"mode":"full"},"constructor":1,"verb":"abort"}'
  const [request] = readRequests({ 'flagger.app/promote': value })
  expect(request).toEqual({ id: '1', verb: 'promote', annotation: 'flagger.app/promote', value })
  expect(Object.keys(request ?? {})).not.toContain('__proto__')
  expect(request?.mode).toBeUndefined()
})

const asked = (fields: object) =>
  readRequests({ 'flagger.app/pause': JSON.stringify(fields) })[0]?.unreadable

test.each(['tomorrow', '2030-01-31', '2030-13-31T12:00:00Z', '', '1893499200'])(
  'the time "%s" is refused: nobody would know when the pause ends',
  (until) => {
    expect(asked({ until })).toBe('"until" must be a time like 2030-01-31T12:00:00Z')
  },
)

test.each(['2030-01-31T12:00:00Z', '2030-01-31T12:00:00.5+02:00'])('%s is a time', (until) => {
  expect(asked({ until })).toBeUndefined()
})

test('a number of the sender that the status has no room for is refused', () => {
  expect(asked({ id: 'x'.repeat(128) })).toBeUndefined()
  expect(asked({ id: 'x'.repeat(129) })).toBe('"id" must have at most 128 characters')
})

test('an empty number is none', () => {
  const [request] = readRequests({ 'flagger.app/abort': '{"id":"","by":"jane"}' })
  expect(request).toMatchObject({ by: 'jane' })
  expect(request).not.toHaveProperty('id')
})

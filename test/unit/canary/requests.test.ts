import { expect, test } from 'vitest'
import { readRequests } from '../../../src/canary/requests.ts'

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

import { expect, test } from 'vitest'
import { createToldEvents } from '../../../../commands/following/told-events.ts'

const event = (name: string, resourceVersion: string) => ({
  ...{ apiVersion: 'v1', kind: 'Event' },
  metadata: { name, namespace: 'test', resourceVersion },
})

test('each version of an event is told once, those shown before included', () => {
  const told = createToldEvents(['7'])
  told.listing()
  expect(told.isNews(event('a', '7'))).toBe(false)
  expect(told.isNews(event('b', '8'))).toBe(true)
  told.listed()
  expect(told.isNews(event('b', '8'))).toBe(false)
  expect(told.isNews(event('a', '9'))).toBe(true)
})

test('a list that comes again tells nothing anew, also where it was cut off between', () => {
  const told = createToldEvents([])
  expect(told.isNews(event('a', '1'))).toBe(true)
  expect(told.isNews(event('b', '2'))).toBe(true)
  told.listing()
  expect(told.isNews(event('a', '1'))).toBe(false)
  told.listing()
  expect(told.isNews(event('b', '2'))).toBe(false)
  expect(told.isNews(event('a', '1'))).toBe(false)
  told.listed()
})

test('what the server has no more is kept no longer', () => {
  const told = createToldEvents(['1'])
  told.listing()
  told.isNews(event('a', '1'))
  told.listed()
  told.forget(event('a', '5'))
  expect(told.isNews(event('a', '1'))).toBe(true)
  told.listing()
  told.listed()
  expect(told.isNews(event('a', '1'))).toBe(true)
})

import { expect, test } from 'vitest'
import { createOwnNews } from '../../../../controller/queue/own-news.ts'
import type { KubeObject } from '../../../../src/objects.ts'

function service(name: string, resourceVersion: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'shop', name, resourceVersion },
  }
}

test('a write is no change of somebody else, whether its echo or its answer comes first', () => {
  const news = createOwnNews()
  news.heard(service('a', '2'), 10)
  news.wrote(service('a', '2'))
  news.wrote(service('b', '3'))
  news.heard(service('b', '3'), 20)
  expect(news.firstOfOthers()).toBeUndefined()
  expect(news.hasWritten()).toBe(true)
})

test('another version of what was written is a change of somebody else, from when it was heard first', () => {
  const news = createOwnNews()
  news.wrote(service('a', '2'))
  news.heard(service('a', '2'), 10)
  news.heard(service('a', '3'), 20)
  news.heard(service('a', '3'), 30)
  news.heard(service('b', '4'), 40)
  expect(news.firstOfOthers()).toBe(20)
})

test('a look that wrote nothing has nothing of its own', () => {
  const news = createOwnNews()
  news.heard(service('a', '2'), 10)
  expect(news.hasWritten()).toBe(false)
  expect(news.firstOfOthers()).toBe(10)
})

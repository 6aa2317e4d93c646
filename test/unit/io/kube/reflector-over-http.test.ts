import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { createCache } from '../../../../src/io/kube/cache/cache.ts'
import { connect } from '../../../../src/io/kube/client.ts'
import { anonymousConnection } from '../../../../src/io/kube/connection/connection.ts'
import { silent } from '../../../../src/io/log.ts'
import { resourceKind } from '../../../../src/known-kinds.ts'
import { fakeClock, hurriedClock } from '../fake-clock.ts'
import { type Answer, json, startApiStub, status } from './api-stub.ts'

const deployments = resourceKind({ apiVersion: 'apps/v1', kind: 'Deployment' })
const metadata = (name: string, resourceVersion: string) => ({
  name,
  namespace: 'test',
  resourceVersion,
})
const event = (type: string, name: string, resourceVersion: string) =>
  `${JSON.stringify({ type, object: { metadata: metadata(name, resourceVersion) } })}\n`
const list = json(200, {
  items: [{ metadata: metadata('a', '5') }],
  metadata: { resourceVersion: '7' },
})

/** Answers a list in full, and who asks for one object, to see whether data went back, at `later`. */
function listedAt(later: string): Answer {
  const probed = json(200, { items: [], metadata: { resourceVersion: later } })
  return (response, asked) =>
    /[?&]limit=1(&|$)/.test(asked.url) ? probed(response, asked) : list(response, asked)
}

/** Answers lists and watches by different scripts; says which watch asks, counted from 0. */
function api(lists: Answer, watches: (response: ServerResponse, nth: number) => void): Answer {
  let watched = 0
  return (response, asked) =>
    asked.url.includes('watch=true') ? watches(response, watched++) : lists(response, asked)
}

const watchesOf = (urls: string[]) =>
  urls
    .filter((url) => url.includes('watch=true'))
    .map((url) => new URL(url, 'http://x').searchParams.get('resourceVersion'))

test('resumes from the last bookmark when the connection is cut', async () => {
  const resumed = Promise.withResolvers<void>()
  await using server = await startApiStub(
    api(listedAt('20'), (response, nth) => {
      if (nth > 0) resumed.resolve()
      else response.write(event('MODIFIED', 'a', '8') + event('BOOKMARK', '', '20'))
      if (nth === 0) setImmediate(() => response.destroy())
    }),
  )
  const kube = connect(anonymousConnection(server.url), { timeoutMs: 0 })
  const cache = createCache({ kube, clock: hurriedClock(), random: () => 0, log: silent })
  await cache.want(deployments)
  await resumed.promise
  expect(watchesOf(server.asked.map(({ url }) => url)).slice(0, 2)).toEqual(['7', '20'])
  await cache.stop()
  await kube.close()
})

test('takes a connection that is silent for too long for dead', async () => {
  const clock = fakeClock()
  const first = Promise.withResolvers<void>()
  const second = Promise.withResolvers<void>()
  await using server = await startApiStub(
    api(listedAt('9'), (response, nth) => {
      // The connection stays open, but nothing ever comes any more.
      response.write(event('MODIFIED', 'a', '9'))
      if (nth > 0) second.resolve()
    }),
  )
  const kube = connect(anonymousConnection(server.url), { clock, timeoutMs: 0 })
  const cache = createCache({ kube, clock, random: () => 0, log: silent })
  cache.onChange((_ref, object) => {
    if (object?.metadata.resourceVersion === '9') first.resolve()
  })
  const ready = cache.want(deployments)
  clock.step(0)
  await ready
  await first.promise
  while (clock.nextMs() !== 150_000) await new Promise((resolve) => setImmediate(resolve))
  clock.step(150_000)
  await second.promise
  expect(watchesOf(server.asked.map(({ url }) => url))).toEqual(['7', '9'])
  await cache.stop()
  await kube.close()
})

test('gets through a server that is busy, broken and then forgetful', async () => {
  const answers: Answer[] = [
    status(429, 'TooManyRequests', 'busy', { retryAfterSeconds: 1 }),
    status(500, 'InternalError', 'etcdserver: leader changed'),
    (response) => void response.destroy(),
    list,
    json(200, { items: [], metadata: { resourceVersion: '30' } }),
  ]
  let listed = 0
  const gone = `${JSON.stringify({ type: 'ERROR', object: { code: 410, message: 'too old' } })}\n`
  await using server = await startApiStub(
    api(
      (response, asked) => answers[Math.min(listed++, 4)]?.(response, asked),
      (response, nth) => {
        if (nth === 0) response.end(gone)
        else response.write(event('BOOKMARK', '', '31'))
      },
    ),
  )
  const kube = connect(anonymousConnection(server.url), { clock: hurriedClock(), timeoutMs: 0 })
  const cache = createCache({ kube, clock: hurriedClock(), random: () => 0, log: silent })
  const deleted = new Promise<string>((resolve) => {
    cache.onChange(({ name }, object) => {
      if (!object) resolve(name)
    })
  })
  await cache.want(deployments)
  expect(await deleted).toBe('a')
  await cache.stop()
  await kube.close()
})

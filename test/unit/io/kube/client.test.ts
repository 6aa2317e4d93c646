import { describe, expect, test } from 'vitest'
import { KubeError } from '../../../../src/errors.ts'
import { createAllowance } from '../../../../src/io/deadline.ts'
import { connect, type KubeClient } from '../../../../src/io/kube/client.ts'
import { anonymousConnection } from '../../../../src/io/kube/connection/connection.ts'
import type { RequesterOptions } from '../../../../src/io/kube/transport/requester.ts'
import { resourceKind } from '../../../../src/known-kinds.ts'
import type { KubeObject } from '../../../../src/objects.ts'
import { fakeClock, hurriedClock } from '../fake-clock.ts'
import { type Answer, type ApiStub, inTurn, json, startApiStub, status } from './api-stub.ts'

const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'test', name: 'podinfo' }
const object = (resourceVersion = '7') => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'podinfo', namespace: 'test', resourceVersion },
})
const deployments = resourceKind(deployment)

interface Running extends AsyncDisposable {
  kube: KubeClient
  api: ApiStub
}

async function start(answer: Answer, options: Partial<RequesterOptions>): Promise<Running> {
  const api = await startApiStub(answer)
  const kube = connect(anonymousConnection(api.url), {
    version: '1.2.3',
    clock: hurriedClock(),
    random: () => 0.5,
    timeoutMs: 0,
    ...options,
  })
  return {
    kube,
    api,
    async [Symbol.asyncDispose]() {
      await kube.close()
      await api[Symbol.asyncDispose]()
    },
  }
}

async function failure(promise: Promise<unknown>): Promise<KubeError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof KubeError)) throw new Error(`expected a KubeError, got ${error}`)
  return error
}

// Each of them with many connections and with few; who asks may not notice.
describe.each([
  { program: 'a controller', brief: false },
  { program: 'a command', brief: true },
])('the client of $program', ({ brief }) => {
  const running = (answer: Answer, options: Partial<RequesterOptions> = {}) =>
    start(answer, { brief, ...options })

  describe('how many requests are under way', () => {
    test('events that the server is slow to take hold up nothing else', async () => {
      await using at = await running(
        (response, asked) => {
          if (asked.url.includes('/events')) return
          void json(200, object())(response, asked)
        },
        { connections: 2 },
      )
      const event = { apiVersion: 'v1', kind: 'Event', metadata: { name: 'e', namespace: 'test' } }
      const told = Array.from({ length: 20 }, () => at.kube.create(event).catch(() => undefined))
      for (let count = 0; count < 10; count++)
        expect(await at.kube.get(deployment)).toEqual(object())
      expect(at.api.asked.filter(({ url }) => url.includes('/events'))).toHaveLength(1)
      await at.kube.close()
      await Promise.all(told)
    })

    test('is bounded by connections, and by no rate', async () => {
      const answers: (() => void)[] = []
      const waiting = Promise.withResolvers<void>()
      await using at = await running(
        (response, asked) => {
          answers.push(() => void json(200, object())(response, asked))
          if (answers.length === 3) waiting.resolve()
        },
        { connections: 3 },
      )
      const all = Array.from({ length: 12 }, () => at.kube.get(deployment))
      await waiting.promise
      expect(answers).toHaveLength(3)
      at.api.answer(json(200, object()))
      for (const answer of answers) answer()
      expect(await Promise.all(all)).toHaveLength(12)
    })
  })

  describe('reading', () => {
    test('gets one object and says who asks', async () => {
      await using at = await running(json(200, object()))
      expect(await at.kube.get(deployment)).toEqual(object())
      expect(at.api.asked[0]).toMatchObject({
        method: 'GET',
        url: '/apis/apps/v1/namespaces/test/deployments/podinfo',
        headers: { 'user-agent': 'kubectl-canary/1.2.3', accept: 'application/json' },
      })
    })

    test('takes a missing object for an answer', async () => {
      const message = 'deployments.apps "podinfo" not found'
      await using at = await running(status(404, 'NotFound', message, { name: 'podinfo' }))
      expect(await at.kube.get(deployment)).toBeUndefined()
      expect(await at.kube.delete(deployment)).toBe(false)
    })

    test('rejects for a kind that the server does not have', async () => {
      await using at = await running((response) => {
        response.writeHead(404).end('404 page not found\n')
      })
      const error = await failure(at.kube.get(deployment))
      expect(error).toMatchObject({ status: 404, reason: 'KindNotServed' })
      expect(error.message).toContain('404 page not found')
    })

    test('gives the items of a list their kind, and the place to go on', async () => {
      const { metadata } = object()
      const answer = { items: [{ metadata }], metadata: { resourceVersion: '9', continue: 'abc' } }
      await using at = await running(json(200, answer))
      expect(
        await at.kube.list(deployments, { namespace: 'test', limit: 500, labelSelector: 'a=b' }),
      ).toEqual({ items: [object()], resourceVersion: '9', continue: 'abc' })
      expect(at.api.asked[0]?.url).toBe(
        '/apis/apps/v1/namespaces/test/deployments?labelSelector=a%3Db&limit=500',
      )
    })

    test('keeps nothing but metadata when only that is wanted', async () => {
      const secret = { apiVersion: 'v1', kind: 'Secret', namespace: 'test', name: 'token' }
      const metadata = { name: 'token', namespace: 'test' }
      await using at = await running(
        inTurn(
          json(200, { kind: 'PartialObjectMetadata', metadata, data: { token: 'eA==' } }),
          json(200, { items: [{ metadata, data: { token: 'eA==' } }], metadata: {} }),
        ),
      )
      const want = { apiVersion: 'v1', kind: 'Secret', metadata }
      expect(await at.kube.get(secret, undefined, { metadataOnly: true })).toEqual(want)
      const { items } = await at.kube.list(resourceKind(secret), { metadataOnly: true })
      expect(items).toEqual([want])
      expect(at.api.asked[0]?.headers.accept).toContain('as=PartialObjectMetadata;')
      expect(at.api.asked[1]?.headers.accept).toContain('as=PartialObjectMetadataList;')
    })

    test('reads a plain text answer of any path', async () => {
      await using at = await running((response) => {
        response.end('ok')
      })
      expect(await at.kube.raw('GET', '/readyz')).toBe('ok')
    })

    test('keeps the path of a gateway in front of every request', async () => {
      await using api = await startApiStub(json(200, object()))
      const kube = connect(anonymousConnection(`${api.url}/k8s/clusters/c-1/`))
      await kube.get(deployment)
      await kube.close()
      expect(api.asked[0]?.url).toBe(
        '/k8s/clusters/c-1/apis/apps/v1/namespaces/test/deployments/podinfo',
      )
    })
  })

  describe('writing', () => {
    test('sends each kind of write to its place', async () => {
      await using at = await running(json(200, object('8')))
      await at.kube.create(object(), { fieldManager: 'canary-cli', dryRun: true })
      await at.kube.replace(object(), { subresource: 'status' })
      await at.kube.patch(deployment, { a: 1 }, { type: 'apply', force: true, fieldManager: 'x' })
      await at.kube.patch(deployment, [], { type: 'json' })
      await at.kube.delete(deployment, { uid: 'u-1' })
      const path = '/apis/apps/v1/namespaces/test/deployments'
      expect(at.api.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
        `POST ${path}?dryRun=All&fieldManager=canary-cli`,
        `PUT ${path}/podinfo/status`,
        `PATCH ${path}/podinfo?fieldManager=x&force=true`,
        `PATCH ${path}/podinfo`,
        `DELETE ${path}/podinfo`,
      ])
      expect(at.api.asked.map(({ headers }) => headers['content-type'])).toEqual([
        'application/json',
        'application/json',
        'application/apply-patch+yaml',
        'application/json-patch+json',
        'application/json',
      ])
      expect(JSON.parse(at.api.asked[4]?.body ?? '')).toEqual({ preconditions: { uid: 'u-1' } })
    })

    test('passes on what the server says about a conflict', async () => {
      await using at = await running(status(409, 'Conflict', 'the object has been modified'))
      const error = await failure(at.kube.replace(object()))
      expect(error).toMatchObject({
        status: 409,
        reason: 'Conflict',
        message: 'the object has been modified',
      })
    })
  })

  describe('sending again', () => {
    test('repeats a read while the server is busy', async () => {
      await using at = await running(
        inTurn(
          status(503, 'ServiceUnavailable', 'busy'),
          status(429, '', 'busy'),
          json(200, object()),
        ),
      )
      expect(await at.kube.get(deployment)).toEqual(object())
      expect(at.api.asked).toHaveLength(3)
    })

    test('waits as long as the server asks for', async () => {
      const clock = fakeClock()
      await using at = await running(
        inTurn(json(429, {}, { 'retry-after': '7' }), json(200, object())),
        { clock },
      )
      const answer = at.kube.get(deployment)
      await clock.whenWaiting()
      clock.step(6_999)
      expect(at.api.asked).toHaveLength(1)
      clock.step(1)
      expect(await answer).toEqual(object())
    })

    test('gives up when the server stays busy', async () => {
      await using at = await running(status(503, 'ServiceUnavailable', 'busy'), { retries: 2 })
      expect(await failure(at.kube.get(deployment))).toMatchObject({ status: 503, message: 'busy' })
      expect(at.api.asked).toHaveLength(3)
    })

    test('repeats a read whose connection was cut', async () => {
      await using at = await running(
        inTurn((response) => void response.destroy(), json(200, object())),
      )
      expect(await at.kube.get(deployment)).toEqual(object())
    })

    test('never repeats a write that the server may have taken', async () => {
      await using at = await running((response) => void response.destroy())
      const error = await failure(at.kube.create(object()))
      expect(error).toMatchObject({ status: 0, reason: 'ConnectionReset' })
      expect(at.api.asked).toHaveLength(1)
      at.api.answer(status(503, 'ServiceUnavailable', 'busy'))
      await failure(at.kube.create(object()))
      expect(at.api.asked).toHaveLength(2)
    })

    test('repeats a write that the server was too busy to look at', async () => {
      await using at = await running(inTurn(status(429, '', 'busy'), json(201, object())))
      expect(await at.kube.create(object())).toEqual(object())
    })

    test('never repeats after a server error', async () => {
      await using at = await running(status(500, 'InternalError', 'etcd is gone'))
      expect((await failure(at.kube.get(deployment))).message).toBe('etcd is gone')
      expect(at.api.asked).toHaveLength(1)
    })

    test('logs in again once when it is refused', async () => {
      await using api = await startApiStub((response, asked) =>
        asked.headers.authorization === 'Bearer new'
          ? json(200, object())(response, asked)
          : status(401, 'Unauthorized', 'Unauthorized')(response, asked),
      )
      const kube = connect({
        ...anonymousConnection(api.url),
        credentials: async (refused) => ({
          headers: { authorization: refused ? 'Bearer new' : 'Bearer old' },
        }),
      })
      expect(await kube.get(deployment)).toEqual(object())
      expect(api.asked).toHaveLength(2)
      api.answer(status(401, 'Unauthorized', 'Unauthorized'))
      const error = await failure(kube.get(deployment))
      await kube.close()
      expect(error).toMatchObject({ status: 401 })
      expect(api.asked).toHaveLength(4)
      expect(error.message).not.toContain('old')
    })
  })

  describe('without an answer', () => {
    test('names the server that refuses connections', async () => {
      const api = await startApiStub(json(200, {}))
      await api[Symbol.asyncDispose]()
      const kube = connect(anonymousConnection(api.url), {
        clock: hurriedClock(),
        timeoutMs: 0,
        brief,
      })
      const error = await failure(kube.get(deployment))
      await kube.close()
      expect(error).toMatchObject({ status: 0, reason: 'ConnectionRefused' })
      expect(error.message).toBe(
        `The connection to the server ${new URL(api.url).host} was refused - did you specify the right host or port?`,
      )
    })

    test('stops waiting for a server that hangs', async () => {
      const clock = fakeClock()
      const hang = Promise.withResolvers<void>()
      await using at = await running(() => hang.resolve(), { clock, timeoutMs: 5_000 })
      const answer = failure(at.kube.get(deployment))
      await hang.promise
      clock.step(5_000)
      expect(await answer).toMatchObject({ status: 0, reason: 'Timeout' })
      expect((await answer).message).toContain('within 5 s')
    })

    test('all requests of one allowance together take no longer than it', async () => {
      const clock = fakeClock()
      const allowance = createAllowance(clock, 2_000)
      let hang = Promise.withResolvers<void>()
      await using at = await running(() => hang.resolve(), { clock, timeoutMs: 2_000, allowance })
      at.api.answer((response) => {
        clock.step(1_500)
        response.end(JSON.stringify(object('1')))
      })
      await at.kube.get(deployment)
      at.api.answer(() => hang.resolve())
      const answer = failure(at.kube.get(deployment))
      await hang.promise
      clock.step(500)
      expect((await answer).message).toContain('no answer within 2 s')

      allowance.restart()
      hang = Promise.withResolvers()
      const anew = failure(at.kube.get(deployment))
      await hang.promise
      clock.step(1_999)
      expect(allowance.leftMs()).toBe(1)
      clock.step(1)
      expect((await anew).message).toContain('no answer within 2 s')

      allowance.lift()
      expect(allowance.leftMs()).toBe(Number.POSITIVE_INFINITY)
    })

    test('ends at once when the caller gives up', async () => {
      const stop = new AbortController()
      await using at = await running(() => stop.abort())
      expect(await failure(at.kube.get(deployment, stop.signal))).toMatchObject({
        reason: 'Aborted',
      })
    })
  })

  describe('watching', () => {
    const line = (type: string, resourceVersion: string) =>
      `${JSON.stringify({ type, object: object(resourceVersion) })}\n`

    async function seen(events: AsyncIterable<{ type: string; object: KubeObject }>) {
      const found: string[] = []
      for await (const { type, object: one } of events)
        found.push(`${type} ${one.metadata.resourceVersion}`)
      return found
    }

    test('yields events, even cut in the middle of a character, until the server ends', async () => {
      await using at = await running((response) => {
        const bytes = Buffer.from(line('ADDED', '8').replace('podinfo', 'pödinfo'))
        response.write(bytes.subarray(0, bytes.indexOf('ö') + 1))
        setImmediate(() => {
          response.write(bytes.subarray(bytes.indexOf('ö') + 1))
          response.end(line('MODIFIED', '9') + line('BOOKMARK', '12'))
        })
      })
      expect(await seen(at.kube.watch(deployments, { resourceVersion: '7' }))).toEqual([
        'ADDED 8',
        'MODIFIED 9',
        'BOOKMARK 12',
      ])
      expect(at.api.asked[0]?.url).toBe(
        '/apis/apps/v1/deployments?watch=true&allowWatchBookmarks=true&resourceVersion=7',
      )
    })

    test('rejects with 410 when the place to resume from is gone', async () => {
      await using at = await running((response) => {
        const gone = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }
        response.end(`${JSON.stringify({ type: 'ERROR', object: gone })}\n`)
      })
      const error = await failure(seen(at.kube.watch(deployments, { resourceVersion: '1' })))
      expect(error).toMatchObject({ status: 410, message: 'too old' })
    })

    test('notices a connection that went silent', async () => {
      const clock = fakeClock()
      await using at = await running((response) => void response.write(line('ADDED', '8')), {
        clock,
      })
      const events = at.kube.watch(deployments, { resourceVersion: '7', idleTimeoutMs: 90_000 })
      const iterator = events[Symbol.asyncIterator]()
      expect((await iterator.next()).value).toMatchObject({ type: 'ADDED' })
      const next = failure(iterator.next())
      await clock.whenWaiting()
      clock.step(90_000)
      expect(await next).toMatchObject({ status: 0, reason: 'Timeout' })
    })

    test('ends quietly when it is told to', async () => {
      const stop = new AbortController()
      await using at = await running((response) => void response.write(line('ADDED', '8')))
      const found: string[] = []
      const events = at.kube.watch(deployments, { resourceVersion: '7', signal: stop.signal })
      for await (const { type } of events) {
        found.push(type)
        stop.abort()
      }
      expect(found).toEqual(['ADDED'])
    })

    test('never holds up other requests, however many watches there are', async () => {
      await using at = await running(
        (response, asked) =>
          asked.url.includes('watch=true')
            ? void response.write(line('ADDED', '8'))
            : json(200, object())(response, asked),
        { connections: 1 },
      )
      const open = [1, 2, 3].map(() => at.kube.watch(deployments, { resourceVersion: '7' }))
      const iterators = open.map((events) => events[Symbol.asyncIterator]())
      await Promise.all(iterators.map((iterator) => iterator.next()))
      expect(await at.kube.get(deployment)).toEqual(object())
      await Promise.all(iterators.map((iterator) => iterator.return?.()))
    })
  })

  test('counts every request', async () => {
    const records: unknown[] = []
    await using at = await running(inTurn(status(503, '', 'busy'), json(200, object())), {
      clock: hurriedClock(),
      onRequest: ({ verb, resource, status: code }) => records.push([verb, resource, code]),
    })
    await at.kube.get(deployment)
    expect(records).toEqual([
      ['get', 'deployments', 503],
      ['get', 'deployments', 200],
    ])
  })
})

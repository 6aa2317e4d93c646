/** What the client does where an answer does not come, comes late, or ends. */
import { describe, expect, test } from 'vitest'
import { createAllowance } from '../../../../src/io/deadline.ts'
import { connect } from '../../../../src/io/kube/client.ts'
import { anonymousConnection } from '../../../../src/io/kube/connection/connection.ts'
import type { RequesterOptions } from '../../../../src/io/kube/transport/requester.ts'
import type { KubeObject } from '../../../../src/objects.ts'
import { fakeClock, hurriedClock } from '../fake-clock.ts'
import { type Answer, inTurn, json, startApiStub, status } from './api-stub.ts'

import { deployment, deployments, failure, object, programs, start } from './clients.ts'

describe.each(programs)('the client of $program', ({ brief }) => {
  const running = (answer: Answer, options: Partial<RequesterOptions> = {}) =>
    start(answer, { brief, ...options })

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
})

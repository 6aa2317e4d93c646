import { describe, expect, test } from 'vitest'
import { connect } from '../../../../src/io/kube/client.ts'
import { anonymousConnection } from '../../../../src/io/kube/connection/connection.ts'
import type { RequesterOptions } from '../../../../src/io/kube/transport/requester.ts'
import { resourceKind } from '../../../../src/known-kinds.ts'
import { hurriedClock } from '../fake-clock.ts'
import { type Answer, inTurn, json, startApiStub, status } from './api-stub.ts'

import { deployment, deployments, failure, object, programs, start } from './clients.ts'

describe.each(programs)('the client of $program', ({ brief }) => {
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

import { expect, test } from 'vitest'
import { hear } from '../../../src/metrics/conversation.ts'
import { keptn } from '../../../src/metrics/keptn/provider.ts'
import type { Ask } from '../../../src/metrics/provider.ts'
import { firstAsk, replay } from '../../support/conversations.ts'
import { asked } from './builders.ts'

const base = '/apis/metrics.keptn.sh/v1beta1/namespaces'
const metric = (query: string) => keptn.query(asked(query))

test.each(['keptnmetric', 'KeptnMetrics'])('a %s is read from the cluster', (kind) => {
  const query = `${kind}/shop/Response-Time\n`
  expect(firstAsk(metric(query))).toEqual({
    kube: { path: `${base}/shop/keptnmetrics/response-time` },
  })
})

test.each<[unknown, number | undefined]>([
  [{ status: { value: '1.5' } }, 1.5],
  [{ status: { value: '0' } }, 0],
  [{ status: { value: '' } }, undefined],
  [{ status: { value: null } }, undefined],
  [{ status: {} }, undefined],
  [{}, undefined],
])('%j holds the value %j', (kube, want) => {
  expect(replay(metric('keptnmetric/shop/a'), { kube }).value).toBe(want)
})

test.each<[unknown, string]>([
  [{ status: { value: 'high' } }, 'status.value of KeptnMetric shop/a is not a number'],
  ['<html>', 'no object of Keptn'],
])('%j is an error that says why', (kube, want) => {
  expect(() => replay(metric('keptnmetric/shop/a'), { kube })).toThrow(want)
})

test.each([
  ['', '"" is neither keptnmetric nor analysis'],
  ['pod/shop/a', '"pod" is neither keptnmetric nor analysis'],
  ['keptnmetric/shop', 'the query has no name'],
  ['keptnmetric/../a', '".." is not the name of a namespace'],
  ['keptnmetric/shop/..', '".." is not the name of an object'],
])('the query %j is refused before anything is asked', (query, want) => {
  expect(() => metric(query).next({})).toThrow(want)
})

test('where references across namespaces are not allowed, neither are queries', () => {
  const of = asked('analysis/bank/a', { namespaces: ['shop'] })
  expect(() => keptn.query(of).next({})).toThrow('the query names bank, use shop')
})

/** What is asked for an analysis whose status is each of these, one look after the other. */
async function analysed(query: string, ...states: object[]) {
  const asks: Ask[] = []
  const heard = await hear({ talk: metric(query), secret: {} }, async (ask) => {
    asks.push(ask)
    if ('pauseMs' in ask) return {}
    if (!('kube' in ask)) throw new Error('only the cluster is asked')
    if (ask.kube.method === 'POST') return { kube: { metadata: { name: 'time-x7k2p' } } }
    if (ask.kube.method === 'DELETE') return { error: 'gone already' }
    const status = states.length > 1 ? states.shift() : states[0]
    return status ? { kube: { status } } : { error: 'unreachable' }
  })
  return { asks, heard }
}

test('an analysis is made, looked at until it is done, and removed', async () => {
  const query = 'analysis/shop/time/5m/Env=Prod;ignored;a=b=c;x=1'
  const { asks, heard } = await analysed(
    query,
    { state: 'Progressing' },
    { state: 'Completed', pass: true },
  )

  const path = `${base}/shop/analyses/time-x7k2p`
  expect(heard).toEqual({ value: { value: 1 } })
  expect(asks).toEqual([
    {
      kube: {
        method: 'POST',
        path: `${base}/shop/analyses`,
        body: {
          apiVersion: 'metrics.keptn.sh/v1beta1',
          kind: 'Analysis',
          metadata: { generateName: 'time-', namespace: 'shop' },
          spec: {
            analysisDefinition: { name: 'time' },
            timeframe: { recent: '5m' },
            args: { Env: 'Prod', x: '1' },
          },
        },
      },
    },
    { pauseMs: 1000 },
    { kube: { path } },
    { pauseMs: 1000 },
    { kube: { path } },
    { kube: { method: 'DELETE', path } },
  ])
})

test('an analysis that does not pass is 0', async () => {
  const { heard } = await analysed('analyses/shop/time', { state: 'Completed', pass: false })
  expect(heard).toEqual({ value: { value: 0 } })
})

test('an analysis that takes longer than ten seconds is an error, and removed', async () => {
  const { asks, heard } = await analysed('analysis/shop/time', { state: 'Progressing' })
  expect(heard).toEqual({
    error: 'encountered timeout while waiting for Keptn Analysis shop/time to be finished',
    begun: true,
  })
  expect(asks.filter((ask) => 'pauseMs' in ask)).toHaveLength(10)
  expect(asks.at(-1)).toMatchObject({ kube: { method: 'DELETE' } })
})

test('an analysis that can not be looked at is removed, too', async () => {
  const { asks, heard } = await analysed('analysis/shop/time')
  expect(heard).toEqual({ error: 'request failed: unreachable', begun: true })
  expect(asks.at(-1)).toMatchObject({ kube: { method: 'DELETE' } })
})

test('nothing is asked to know that Keptn is there', () => {
  expect(() => replay(keptn.probe(asked('')))).not.toThrow()
})

import { expect, test } from 'vitest'
import { createMetrics } from '../../../../controller/process/metrics.ts'
import type { Analysis, JudgeStatus } from '../../../../src/canary/api.gen.ts'
import { canary } from '../../../support/observation.ts'

/** The lines of our own series, without those of the process. */
async function lines({ registry }: ReturnType<typeof createMetrics>): Promise<string[]> {
  const text = await registry.metrics()
  return text.split('\n').filter((line) => line.startsWith('flagger_'))
}

test('series have the names and labels of Flagger', async () => {
  const metrics = createMetrics()
  const one = canary()
  metrics.info('1.2.3', 'istio')
  metrics.canaries(new Map([['shop', 2]]))
  metrics.phase(one, 'Progressing')
  metrics.weight(one, { primary: 80, canary: 20, mirrored: false })
  metrics.analysis(one, 'err', 0.5)
  metrics.finished(one, 'completed')
  metrics.finished(one, 'skipped')
  metrics.finished(one, 'failed')
  metrics.tick(one, 0.2, { analysed: true })

  expect(await lines(metrics)).toEqual(
    expect.arrayContaining([
      'flagger_info{version="1.2.3",mesh_provider="istio"} 1',
      'flagger_canary_total{namespace="shop"} 2',
      'flagger_canary_status{name="checkout",namespace="shop"} 0',
      'flagger_canary_weight{workload="checkout-primary",namespace="shop"} 80',
      'flagger_canary_weight{workload="checkout",namespace="shop"} 20',
      'flagger_canary_metric_analysis{name="checkout",namespace="shop",metric="err"} 0.5',
      'flagger_canary_successes_total{name="checkout",namespace="shop",deployment_strategy="canary",analysis_status="completed"} 1',
      'flagger_canary_successes_total{name="checkout",namespace="shop",deployment_strategy="canary",analysis_status="skipped"} 1',
      'flagger_canary_failures_total{name="checkout",namespace="shop",deployment_strategy="canary",analysis_status="completed"} 1',
      'flagger_canary_duration_seconds_count{name="checkout",namespace="shop"} 1',
    ]),
  )
})

test('the strategy is the one that the spec names, whatever the provider makes of it', async () => {
  const metrics = createMetrics()
  metrics.finished(canary({ spec: { provider: 'kubernetes' } }), 'completed')
  expect((await lines(metrics)).join()).toContain('deployment_strategy="canary"')
})

test.each([
  ['Progressing', 0],
  ['Succeeded', 1],
  ['Initialized', 1],
  ['Failed', 2],
] as const)('the status of phase %s is %i', async (phase, value) => {
  const metrics = createMetrics()
  metrics.phase(canary(), phase)
  expect(await lines(metrics)).toContain(
    `flagger_canary_status{name="checkout",namespace="shop"} ${value}`,
  )
})

test.each([
  ['Progressing', 2],
  ['Succeeded', 1],
  ['Failed', 0],
] as const)('the status of phase %s is %i where 0 is to mean failed', async (phase, value) => {
  const metrics = createMetrics({ failedIsZero: true })
  metrics.phase(canary(), phase)
  const text = await metrics.registry.metrics()
  expect(text).toContain(`flagger_canary_status{name="checkout",namespace="shop"} ${value}\n`)
  expect(text).toContain(
    '# HELP flagger_canary_status Last outcome: 2 running, 1 successful, 0 failed',
  )
})

test('a canary is in one phase at a time', async () => {
  const metrics = createMetrics()
  for (const phase of ['Initializing', 'Initialized', 'Progressing'] as const)
    metrics.phase(canary(), phase)
  const phases = (await lines(metrics)).filter((line) => line.startsWith('flagger_canary_phase'))
  expect(phases).toEqual([
    'flagger_canary_phase{canary="checkout",namespace="shop",phase="Progressing"} 1',
  ])
})

test('only a look that analysed counts as a step of the analysis', async () => {
  const metrics = createMetrics()
  metrics.tick(canary(), 0.2, { analysed: false })
  const all = (await lines(metrics)).join('\n')
  expect(all).not.toContain('flagger_canary_duration_seconds_count')
  expect(all).toContain('flagger_tick_duration_seconds_count 1')
})

test('a canary that is gone leaves no series', async () => {
  const metrics = createMetrics()
  const one = canary()
  metrics.phase(one, 'Failed')
  metrics.weight(one, { primary: 80, canary: 20, mirrored: false })
  metrics.analysis(one, 'err', 0.5)
  metrics.tick(one, 0.2, { analysed: true })
  for (const result of ['completed', 'skipped', 'failed'] as const) metrics.finished(one, result)
  metrics.canaries(new Map())
  metrics.forget(one)
  expect((await lines(metrics)).join('\n')).not.toContain('checkout')
})

test('a metric or a target that an edit takes away leaves no series', async () => {
  const metrics = createMetrics()
  const one = canary()
  metrics.weight(one, { primary: 80, canary: 20, mirrored: false })
  metrics.analysis(one, 'err', 0.5)
  metrics.finished(one, 'completed')
  metrics.replace(one, canary({ analysis: { metrics: [] } }))
  const left = await lines(metrics)
  expect(left.filter((line) => line.includes('metric="err"'))).toEqual([])
  expect(left.filter((line) => line.includes('checkout'))).toHaveLength(3)

  const targetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' } as const
  metrics.replace(one, canary({ spec: { targetRef } }))
  expect((await lines(metrics)).filter((line) => line.includes('checkout'))).toEqual([])
})

test('since when a run goes is known while it goes', async () => {
  const metrics = createMetrics()
  const startedAt = '2026-01-02T03:04:05Z'
  const of = (phase: 'Progressing' | 'Succeeded') =>
    canary({ status: { phase, canaryAnalysis: { startedAt } } })
  const series = async () =>
    (await lines(metrics)).filter((line) => line.includes('run_start_time_seconds{'))

  metrics.run(of('Progressing'))
  expect(await series()).toEqual([
    `flagger_canary_run_start_time_seconds{name="checkout",namespace="shop"} ${Date.parse(startedAt) / 1000}`,
  ])
  metrics.run(of('Succeeded'))
  expect(await series()).toEqual([])
})

const errors = { name: 'err', thresholdRange: {} }
const durations = { name: 'request-duration', thresholdRange: {} }
const judgedMetrics = [errors, durations]

const at = '2030-01-01T11:50:00Z'
const rates = { ignoreBelow: 0.1, falseRollback: 1, missed: 5 }
const judged: JudgeStatus = {
  ...{ version: 1, startedAt: at, lastLook: at, verdict: 'Fail' },
  plan: { ratio: 2, ...rates, scheduledLooks: 10, plannedLooks: 60 },
  metrics: [
    { name: 'err', harm: Math.E ** 2, safety: 1, kept: Math.E, looks: '' },
    { name: 'request-duration', bound: 500, harm: 1, safety: 3, looks: '' },
    { name: 'request-duration', bound: 100, harm: 3, safety: Math.E, looks: '' },
    { name: 'other', ranged: 'it has no buckets', looks: '' },
  ],
}

test('the judge has a series for each piece of evidence of a metric, until the canary is gone', async () => {
  const metrics = createMetrics()
  const one = canary({ analysis: { metrics: judgedMetrics } })
  metrics.judged(one, judged)
  const series = (metric: string, kind: string) =>
    `flagger_canary_judge_evidence{name="checkout",namespace="shop",metric="${metric}",kind="${kind}"}`
  const found = (await lines(metrics)).filter((line) => line.startsWith('flagger_canary_judge'))
  expect(found.sort()).toEqual(
    [
      'flagger_canary_judge_verdict{name="checkout",namespace="shop"} -1',
      `${series('err', 'harm')} 2`,
      `${series('err', 'safety')} 0`,
      `${series('err', 'objective')} 1`,
      // Of several bounds the mean of harm, and the least safety.
      `${series('request-duration', 'harm')} ${Math.log(2)}`,
      `${series('request-duration', 'safety')} 1`,
    ].sort(),
  )
  metrics.forget(one)
  const left = (await lines(metrics)).filter((line) => line.startsWith('flagger_canary_judge'))
  expect(left).toEqual([])
})

const notErrors = { ...errors, judge: { mode: 'Off' as const } }

test.each<[what: string, edited: Partial<Analysis>, left: string[]]>([
  ['the judge', { metrics: judgedMetrics }, []],
  ['a metric', { judge: {}, metrics: [durations] }, ['request-duration']],
  ['the judge of a metric', { judge: {}, metrics: [notErrors, durations] }, ['request-duration']],
])('%s that an edit takes away leaves no series of the judge', async (_, edited, left) => {
  const metrics = createMetrics()
  const one = canary({ analysis: { judge: {}, metrics: judgedMetrics } })
  metrics.judged(one, judged)
  metrics.replace(one, canary({ analysis: edited }))

  const series = (await lines(metrics)).filter((line) => line.startsWith('flagger_canary_judge'))
  const names = series.flatMap((line) => /,metric="([^"]+)"/.exec(line)?.[1] ?? [])
  expect([...new Set(names)]).toEqual(left)
  expect(series.some((line) => line.includes('judge_verdict'))).toBe(left.length > 0)
})

test('a metric that is not judged in the next run leaves no series of the last one', async () => {
  const metrics = createMetrics()
  const one = canary({ analysis: { judge: {}, metrics: judgedMetrics } })
  metrics.judged(one, judged)
  metrics.judged(one, {
    ...judged,
    metrics: [{ name: 'err', ranged: 'it has no buckets', looks: '' }],
  })
  expect((await lines(metrics)).join('\n')).not.toContain('flagger_canary_judge_evidence{')
})

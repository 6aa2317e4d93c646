/** Answers in which series are missing, in the form of each server: nothing is counted by them. */
import { expect, test } from 'vitest'
import { ask } from '../../../src/metrics/asking.ts'
import { metricChecks } from '../../../src/metrics/checks.ts'
import {
  countsCheck,
  lagCheck,
  pastCheck,
  recordedCheck,
} from '../../../src/metrics/counting/checks.ts'
import { answering } from '../../support/conversations.ts'
import { findIn } from '../../support/find.ts'
import { askedAt, canary } from './builders.ts'

const rate = { name: 'request-success-rate', thresholdRange: { min: 99 } }
const slow = { name: 'request-duration', thresholdRange: { max: 500 } }

const named = (n: string, value: string) => ({ metric: { n }, value: [1_767_227_400, value] })
const counted = [
  ...[named('canary_bad', '1'), named('canary_all', '100')],
  ...[named('primary_bad', '2'), named('primary_all', '900')],
]

const body = (more: object, result: unknown = counted) => {
  const data = { resultType: 'vector', result, analysis: {} }
  return { status: 200, headers: {}, body: JSON.stringify({ status: 'success', data, ...more }) }
}

function given(metric: object) {
  const of = canary([metric], { provider: 'istio', metricsServer: 'http://prom' }, { judge: {} })
  const [only] = of.analysis.metrics
  if (!only) throw new Error('no metric')
  const found = { find: findIn([]), meshProvider: 'istio', now: askedAt, at: askedAt }
  const steps = { stepSeconds: 60, steps: 10, hasBody: true }
  return { of, only, deps: { ...found, ...steps, seconds: 60, bounds: [] as number[] } }
}

/** Of Thanos 0.42.4, one of whose two sidecars had ended. */
const thanos =
  'fetch series for {cluster="one", replica="b"} Addr: 127.0.0.1:21654 MinTime: 1795980654000 MaxTime: 9223372036854775807: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:21654: connect: connection refused"'
const cortex = 'query result may contain partial data'

test.each([
  ['Thanos', { warnings: [thanos] }, `the answer is partial: ${thanos}`],
  ['Cortex', { warnings: [cortex] }, `the answer is partial: ${cortex}`],
  ['VictoriaMetrics', { isPartial: true }, 'the answer is partial'],
  ['Prometheus', { warnings: ['remote_read: 503'] }, 'the answer is partial: remote_read: 503'],
])('%s tells that series are missing, and no look is taken', async (_, more, error) => {
  const { of, only, deps } = given(rate)
  const outcome = await ask(countsCheck(of, only, deps), answering(body(more)))
  expect(outcome).toMatchObject({ error })
})

test.each([
  [{}],
  [{ isPartial: false, warnings: [] }],
  [{ warnings: ['PromQL info: metric might not be a counter, name does not end in _total'] }],
  [{ warnings: ['PromQL warning: encountered a mix of histograms and floats'], infos: ['any'] }],
])('what %j says is no missing series', async (more) => {
  const { of, only, deps } = given(rate)
  const outcome = await ask(countsCheck(of, only, deps), answering(body(more)))
  expect(outcome).toMatchObject({
    arms: [{ canary: { bad: 1, all: 100 }, primary: { bad: 2, all: 900 } }],
  })
})

test.each([
  ['the history', rate, pastCheck],
  ['the buckets', slow, pastCheck],
  ['the steps of the past', rate, recordedCheck],
  ['the age of the newest sample', rate, lagCheck],
])('%s is not read of a partial answer', async (_, metric, check) => {
  const { of, only, deps } = given(metric)
  const outcome = await ask(check(of, only, deps), answering(body({ warnings: [thanos] }, [])))
  expect(outcome).toMatchObject({ error: `the answer is partial: ${thanos}` })
})

test('a check with a range takes what there is, as in Flagger', async () => {
  const { of, deps } = given(rate)
  const [check] = metricChecks(of, deps)
  if (!check) throw new Error('no check')
  const answer = body({ warnings: [thanos] }, [{ metric: {}, value: [1, '99.5'] }])
  expect(await ask(check, answering(answer))).toMatchObject({ value: 99.5 })
})

/** Runs in which checks fail, gates wait and values come as somebody wants to see it. */
import { expect, test } from 'vitest'
import { readMishaps } from '../../../commands/simulating/mishaps.ts'
import { readRecording } from '../../../commands/simulating/recording.ts'
import { seededRandom } from '../../../src/sandbox/random.ts'
import type { Script } from '../../../src/simulation/script.ts'
import { play } from '../../../src/simulation/simulate.ts'
import { canaryOn, newStage } from '../../../src/simulation/stage.ts'
import { canaryObject } from '../../support/canary-object.ts'

const metrics = [
  { name: 'request-success-rate', interval: '1m', thresholdRange: { min: 99 } },
  { name: 'request-duration', interval: '1m', thresholdRange: { max: 500 } },
]
const usual = { stepWeight: 10, maxWeight: 30, threshold: 3, metrics, webhooks: [] as object[] }

function manifestOf(analysis: object) {
  return canaryObject({ analysis: { ...usual, ...analysis } })
}

const canaryOf = (analysis: object = {}) => canaryOn(newStage(manifestOf(analysis), 0)).canary

function played(more: Partial<Script>, analysis: object = {}) {
  return play({
    manifest: manifestOf(analysis),
    load: {
      canary: { errorRate: 0, latencyMs: 100 },
      ...{ usersPerSecond: 20, testsPerSecond: 0, matching: 0.1 },
    },
    ...{ podReadyMs: 30_000, random: seededRandom(1) },
    ...more,
  })
}

const failuresAt = ({ timeline }: ReturnType<typeof played>) =>
  timeline.flatMap(({ weight, failed, event }, at) =>
    failed > (timeline[at - 1]?.failed ?? 0) ? [`${weight}: ${event}`] : [],
  )

test('checks fail once each where they are told to, and the run goes on', () => {
  const texts = ['1', '30%:request-duration', '2']
  const run = played({ mishaps: readMishaps(texts, canaryOf({ threshold: 9 })) }, { threshold: 9 })
  expect(failuresAt(run)).toEqual([
    '10: Halt podinfo.test advancement success rate 98.00% < 99%',
    '20: Halt podinfo.test advancement success rate 98.00% < 99%',
    '30: Halt podinfo.test advancement request duration 1.001s > 500ms',
  ])
  expect(run.result).toBe('promoted')
})

test('so many at one step as the threshold has roll back', () => {
  const run = played({ mishaps: readMishaps(['2', '2', '2'], canaryOf()) })
  expect(run.result).toBe('rolled back')
  expect(run.timeline.at(-2)).toMatchObject({ weight: 20, failed: 2 })
})

test('steps of checks that are counted are failed by their number', () => {
  const analysis = {
    stepWeight: 0,
    maxWeight: 0,
    iterations: 3,
    match: [{ headers: { x: { exact: 'y' } } }],
  }
  const run = played({ mishaps: readMishaps(['2'], canaryOf(analysis)) }, analysis)
  expect(failuresAt(run)).toEqual([expect.stringContaining('success rate 98.00%')])
  expect(run.result).toBe('promoted')
})

test('a hook fails by its name', () => {
  const webhooks = [{ name: 'load', type: 'rollout', url: 'http://load/' }]
  const mishaps = readMishaps(['2:load'], canaryOf({ webhooks }))
  expect(failuresAt(played({ mishaps }, { webhooks }))).toEqual([
    '20: Halt podinfo.test advancement rollout check load failed',
  ])
})

test('gates open so long after they were first asked', () => {
  const webhooks = [
    { name: 'start', type: 'confirm-rollout', url: '' },
    { name: 'promotion', type: 'confirm-promotion', url: '' },
  ]
  const soon = played({}, { webhooks })
  const late = played({ gateDelayMs: 600_000 }, { webhooks })
  expect(late.seconds - soon.seconds).toBe(2 * 600)
  expect(late.timeline.map(({ phase }) => phase)).toEqual(
    expect.arrayContaining(['Waiting', 'WaitingPromotion']),
  )
})

test('values of a file stand in place of those of the requests, and their absence, too', () => {
  const csv = 'time,request-duration\n0,100\n2m,600.5\n3m,\n4m,100\n'
  const recording = readRecording(csv, 'm.csv', canaryOf())
  const events = failuresAt(played({ recording }))
  expect(events).toEqual([
    '20: Halt podinfo.test advancement request duration 600ms > 500ms',
    expect.stringContaining(
      '20: Halt advancement no values found for istio metric request-duration',
    ),
  ])
  const json = [
    { time: 0, 'request-duration': 100 },
    { time: '2m', 'request-duration': 600.5 },
  ]
  expect(readRecording(JSON.stringify(json), 'm.json', canaryOf()).rows).toEqual(
    recording.rows.slice(0, 2),
  )
})

test.each([
  ['x', 'a step such as 2'],
  ['0', 'it has the steps 1 to 3: 10%, 20%, 30%'],
  ['4', 'no check is made there'],
  ['15%', 'no check is made there'],
  ['1:nosuch', 'its checks are request-success-rate, request-duration'],
])('--fail-at=%s is refused', (text, why) => {
  expect(() => readMishaps([text], canaryOf())).toThrow(why)
})

test.each([
  ['time,nosuch\n0,1\n', '"nosuch" is no metric of the Canary'],
  ['time,request-duration\nsoon,1\n', 'row 1: "time" must be a duration'],
  ['time,request-duration\n0,1\n9,fast\n', 'row 2: request-duration is no number'],
  ['[1]', 'is no JSON list of objects'],
  ['[', 'is no JSON list of objects'],
])('a file of %j is refused', (text, why) => {
  expect(() => readRecording(text, 'm.csv', canaryOf())).toThrow(why)
})

test('what is for checks by range is not for a judge', () => {
  const judged = canaryOf({ judge: {} })
  expect(() => readMishaps(['1'], judged)).toThrow('--error-rate')
  expect(() => readRecording('time\n', 'm.csv', judged)).toThrow('--error-rate')
})

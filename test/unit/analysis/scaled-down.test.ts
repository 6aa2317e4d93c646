import { expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import { deployment as workload } from '../../../src/workloads/deployment/workload.ts'
import { effectsOf, observation } from '../../support/observation.ts'
import { advance, change, deploy, idleWorld, row } from '../../support/world.ts'
import { context, deployment, canary as podinfo } from '../workloads/builders.ts'

/** A run as a step sees it, when the pods of the Deployment are gone. */
function seenWithoutPods(status: object, canary = 20) {
  const objects = [
    deployment({ replicas: 0, image: 'podinfo:2' }),
    deployment({ name: 'podinfo-primary', labels: { app: 'podinfo-primary' } }),
  ]
  const state = workload.observe(context(objects, { canary: podinfo({ status }) }))
  const { revision, configs = {} } = state
  return observation({
    canary: {
      status: { lastAppliedSpec: revision, trackedConfigs: configs, canaryWeight: 20, ...status },
    },
    workload: state,
    routes: { primary: 100 - canary, canary, mirrored: false },
  })
}

test('a Deployment that somebody scales to zero during a run gets its pods back', () => {
  const seen = seenWithoutPods({ phase: 'Progressing' })
  expect(effectsOf(decide(seen, {}))).toContainEqual({ kind: 'scale', to: 'full' })
})

test('a primary that somebody scaled to zero at rest is told, and left as it is', () => {
  const zero = [
    deployment({ replicas: 0 }),
    deployment({ name: 'podinfo-primary', labels: { app: 'podinfo-primary' }, replicas: 0 }),
  ]
  const state = workload.observe(context(zero))
  const { revision: lastAppliedSpec, configs = {} } = state
  const look = (more: object) =>
    decide(
      observation({
        canary: { status: { phase: 'Succeeded', lastAppliedSpec, trackedConfigs: configs } },
        workload: { ...state, ...more },
      }),
      {},
    )
  const told = effectsOf(look({})).filter(({ kind }) => kind === 'report')
  expect(told).toEqual([
    expect.objectContaining({
      message:
        'podinfo-primary.test not ready: it is scaled to zero, and traffic needs at least one replica',
    }),
  ])
  expect(look({})).not.toHaveProperty('wakeAt')
  const rested = look({ primary: { state: 'ready' } })
  expect(effectsOf(rested).filter(({ kind }) => kind === 'report')).toEqual([])
})

test('a rollback that a dying process left without pods is done to its end', () => {
  const seen = seenWithoutPods({ phase: 'Progressing', failedChecks: 2 })
  const statuses = effectsOf(decide(seen, {})).flatMap((effect) =>
    effect.kind === 'status' ? [effect.change.phase] : [],
  )
  expect(statuses).toContain('Failed')
})

test('a rollback that was cut off before its last write is told and done to its end', () => {
  const seen = seenWithoutPods({ phase: 'Progressing' }, 0)
  const effects = effectsOf(decide(seen, {}))
  expect(effects).toContainEqual(
    expect.objectContaining({ change: expect.objectContaining({ phase: 'Failed' }) }),
  )
  expect(effects).toContainEqual(expect.objectContaining({ kind: 'alert', severity: 'error' }))
})

test('pods that are taken away before the canary has any traffic come back', () => {
  const seen = seenWithoutPods({ phase: 'Progressing', canaryWeight: 0 }, 0)
  expect(effectsOf(decide(seen, {}))).toContainEqual({ kind: 'scale', to: 'full' })
})

test('a routing object that is gone as well comes back for the primary, and the steps are made again', () => {
  const world = idleWorld()
  deploy(world, 'green')
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
  const suspend = (is: boolean) =>
    change(world, ({ resource }) => resource && Object.assign(resource.spec, { suspend: is }))
  suspend(true)
  world.startupMs = 5_000
  change(world, (changed) => {
    changed.routes = undefined
    changed.target.replicas = 0
  })

  suspend(false)
  expect(world.target.replicas).toBeGreaterThan(0)
  expect(row(world)).toBe('Progressing 0/0/0 100/0')
  expect(world.log.events.filter((event) => /routes/.test(event))).toEqual([
    'W The routes of checkout.shop were gone while no pod of the canary was ready: they are back with all traffic on the primary, and the run makes its steps again',
  ])
  advance(world, 10 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  expect(world.log.phases).not.toContain('Failed')
})

const pods = (target: boolean, primary = true) => ({
  serving: { target, primary },
  target: target
    ? ({ state: 'ready' } as const)
    : ({ state: 'waiting', why: 'podinfo.test not ready', routine: true } as const),
})
const ran = { canaryWeight: 40, iterations: 3, canaryAnalysis: { weight: 40, step: 2 } }

function seenWithoutRoutes(status: object, workload: object) {
  return observation({ canary: { status: { ...ran, ...status } }, routes: undefined, workload })
}

test.each([
  ['Progressing', { canaryWeight: 0, iterations: 0 }],
  ['WaitingPromotion', { phase: 'Progressing', canaryWeight: 0, iterations: 0 }],
  ['Promoting', { canaryWeight: 0 }],
] as const)(
  'in %s nobody is led to a canary without a ready pod, and the status is first',
  (phase, change) => {
    const decision = decide(seenWithoutRoutes({ phase }, pods(false)), {})
    expect(decision.rule).toBe('routesMustLeadToPods')
    const [first, second] = effectsOf(decision)
    expect(first).toMatchObject({ kind: 'status', change })
    expect(second).toMatchObject({ kind: 'route', routes: { primary: 100, canary: 0 } })
  },
)

test.each([
  ['one pod of the canary is ready', pods(true)],
  ['no pod of the primary is ready either', pods(false, false)],
])('routes that are gone come back as they were where %s', (_, workload) => {
  const decision = decide(seenWithoutRoutes({ phase: 'Progressing' }, workload), {})
  expect(decision.rule).not.toBe('routesMustLeadToPods')
  expect(effectsOf(decision)).toContainEqual(
    expect.objectContaining({ kind: 'route', routes: expect.objectContaining({ canary: 40 }) }),
  )
})

test('pods that are taken from a canary which serves everybody come back at once', () => {
  const seen = observation({
    canary: { status: { phase: 'Failed', canaryWeight: 100, lastAppliedSpec: 'v2:green' } },
    routes: { primary: 0, canary: 100, mirrored: false },
    workload: { revision: 'v2:green', targetReplicas: 0 },
  })
  const decision = decide(seen, {})
  expect(decision.rule).toBe('usersMustBeServed')
  expect(effectsOf(decision)).toContainEqual({ kind: 'scale', to: 'full' })
})

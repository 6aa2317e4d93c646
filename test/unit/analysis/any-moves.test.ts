/** Random moves of people and clusters: in the end the canary comes to rest. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Verb } from '../../../src/requests/names.gen.ts'
import { verbs } from '../../../src/requests/verbs.ts'
import { noAbilities } from '../../support/observation.ts'
import {
  advance,
  annotate,
  change,
  deploy,
  everyGate,
  hooksOf,
  idleWorld,
  statusOf,
  type World,
  type WorldOptions,
} from '../../support/world.ts'
import { configure, touch } from './scripts.ts'

type Move = (world: World) => void

/** What a user may make of the analysis in the middle of a run. */
const edits: Partial<NonNullable<WorldOptions['analysis']>>[] = [
  { stepWeight: 10, iterations: 0, match: [] },
  { iterations: 2, stepWeight: 0, mirror: true },
  { iterations: 3, match: [{ headers: { cookie: { exact: 'beta' } } }] },
  { stepWeights: [5, 50, 90], stepWeight: 0, iterations: 0, mirror: false },
  { maxWeight: 10, threshold: 1, stepWeightPromotion: 7 },
]

const revisions = fc.constantFrom('blue', 'green', 'red')

const moves: fc.Arbitrary<[string, Move]> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 300 }).map(named('wait', passes)) },
  { weight: 3, arbitrary: revisions.map(named('deploy', (world, to) => deploy(world, to))) },
  fc.boolean().map(named('failing', (world, is) => (world.failing = is ? 'err 9 > 5' : undefined))),
  fc
    .subarray(['confirm-rollout', 'confirm-promotion', 'confirm-traffic-increase'] as const)
    .map(named('closed', (world, types) => (world.closed = [...types]))),
  fc.boolean().map(named('rollback', (world, is) => (world.opened = is ? ['rollback'] : []))),
  fc.subarray(['green', 'red']).map(named('broken', (world, list) => touch(world, 'broken', list))),
  fc
    .subarray(['blue', 'green', 'red'])
    .map(named('broken primary', (world, list) => touch(world, 'brokenPrimary', list))),
  fc.constantFrom('one', 'two').map(named('config', configure)),
  fc
    .tuple(fc.constantFrom<Verb[]>(...verbs), fc.constantFrom('true', '{"mode":"full"}', '{}'))
    .map(named('annotate', (world, [verb, value]) => annotate(world, verb, value))),
  fc.constant(undefined).map(named('resume', withoutAnnotations)),
  fc.boolean().map(named('suspend', suspend)),
  fc.constant(undefined).map(named('scaled down', (world) => change(world, scaleDown))),
  fc.constant(undefined).map(named('routes gone', (world) => change(world, loseRoutes))),
  fc
    .boolean()
    .map(named('unreadable', (world, is) => touch(world, 'unreadable', is ? 'odd' : undefined))),
  fc.constantFrom(...edits).map(named('edit', editAnalysis)),
  fc.boolean().map(named('skip', skipAnalysis)),
  // Where the status has no room for it, the process remembers what it copied; this world does not.
  fc
    .boolean()
    .map(named('webhook', (world, is) => touch(world, 'altersCopies', is && !world.prunes))),
  fc.integer({ min: 0, max: 20 }).map(named('die', (world, at) => (world.effectsLeft = at))),
)

function named<T>(name: string, move: (world: World, value: T) => unknown) {
  return (value: T): [string, Move] => [
    `${name} ${JSON.stringify(value)}`,
    (world) => void move(world, value),
  ]
}

function passes(world: World, seconds: number): void {
  advance(world, seconds * 1_000)
}

function suspend(world: World, isSuspended: boolean): void {
  change(world, ({ resource }) => {
    if (resource) Object.assign(resource.spec, { suspend: isSuspended })
  })
}

function skipAnalysis(world: World, isSkipped: boolean): void {
  change(world, ({ resource }) => {
    if (resource) Object.assign(resource.spec, { skipAnalysis: isSkipped })
  })
}

function editAnalysis(world: World, analysis: object): void {
  change(world, ({ resource }) => {
    if (resource) Object.assign(resource.spec.analysis, analysis)
  })
}

function scaleDown({ target }: World): void {
  target.replicas = 0
}

function loseRoutes(world: World): void {
  world.routes = undefined
}

function withoutAnnotations(world: World): void {
  change(world, ({ resource }) => {
    if (resource) resource.metadata.annotations = {}
  })
}

const analyses = fc.constantFrom<NonNullable<WorldOptions['analysis']>>(
  { webhooks: everyGate },
  { stepWeightPromotion: 30, mirror: true, webhooks: hooksOf('confirm-traffic-increase') },
  { iterations: 2, mirror: true, webhooks: hooksOf('confirm-promotion', 'rollback') },
  { iterations: 2, match: [{ headers: { cookie: { exact: 'beta' } } }] },
  { iterations: 3, stepWeight: 50, maxWeight: 50, webhooks: hooksOf('confirm-promotion') },
  { sessionAffinity: { cookieName: 'fc' }, delay: '20s' },
)

test('whatever happens, a canary comes to rest once the world is well again', () => {
  fc.assert(
    fc.property(
      analyses,
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(0, 10_000),
      fc.array(moves, { maxLength: 14 }),
      (analysis, prunes, weighted, startupMs, played) => {
        const configs = { 'configmap/a': 'one' }
        const world = idleWorld({ analysis, prunes, startupMs, configs })
        if (!weighted && analysis.iterations) world.abilities = noAbilities
        for (const [, move] of played) move(world)
        heal(world)
        expectRest(world)
      },
    ),
    { numRuns: 100 },
  )
})

function heal(world: World): void {
  Object.assign(world, { failing: undefined, closed: [], opened: [], unreadable: undefined })
  Object.assign(world, { broken: [], brokenPrimary: [], effectsLeft: Number.POSITIVE_INFINITY })
  suspend(world, false)
  withoutAnnotations(world)
  advance(world, 60 * 60_000)
}

/** Idle, with the traffic where pods are, and nothing left to roll out. */
function expectRest(world: World): void {
  const { phase, canaryWeight = 0, lastAppliedSpec } = statusOf(world)
  expect(['Initialized', 'Succeeded', 'Failed']).toContain(phase)
  if (world.abilities.weights)
    expect(world.routes).toMatchObject({ primary: 100 - canaryWeight, canary: canaryWeight })
  expect([0, 100]).toContain(canaryWeight)
  expect(world.target.replicas > 0).toBe(canaryWeight === 100)
  const isPromoted = world.primary?.revision === world.target.revision
  if (phase === 'Failed') expect(lastAppliedSpec).toBe(`v2:${world.target.revision}`)
  else expect(isPromoted).toBe(true)
}

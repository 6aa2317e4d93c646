import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { weightSteps } from '../../../src/analysis/weights.ts'
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
  row,
  statusOf,
  type World,
  type WorldOptions,
} from '../../support/world.ts'

// Every step of the simulated world is checked for what must always hold: routes of 100 %, phases
// along their edges, a rollback with everything on one side, no check asked twice, and equal
// decisions for equal input.

const weights = fc.oneof(
  fc.record({ stepWeight: fc.integer({ min: 0, max: 100 }), maxWeight: fc.integer({ min: 1 }) }),
  fc.record({
    stepWeight: fc.constant(0),
    stepWeights: fc.array(fc.integer({ min: -5, max: 200 }), { minLength: 1, maxLength: 6 }),
  }),
)

test('weights only grow while checks pass, and every run ends promoted', () => {
  fc.assert(
    fc.property(weights, fc.boolean(), fc.integer({ min: 0, max: 25 }), (analysis, prunes, at) => {
      const world = idleWorld({ analysis, prunes })
      world.effectsLeft = at
      deploy(world, 'green')
      advance(world, 120 * 60_000)
      expect(row(world)).toBe('Succeeded 0/0/0 100/0')
      const moved = world.log.routes.map(({ canary }) => canary)
      const up = moved.slice(0, -1)
      expect(up).toEqual([...up].sort((a, b) => a - b))
    }),
    { numRuns: 40 },
  )
})

test('the weights of a run grow without repeating, and end at 100 or before', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 100 }),
      fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 8 }),
      fc.integer({ min: 1, max: 100 }),
      (stepWeight, stepWeights, maxWeight) => {
        const steps = weightSteps({ stepWeight, stepWeights, maxWeight })
        expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b))
        expect(steps.every((weight) => weight > 0 && weight <= 100)).toBe(true)
      },
    ),
  )
})

interface Script {
  options?: WorldOptions
  play: (world: World) => void
}

const minutes = (world: World, count: number) => advance(world, count * 60_000)

const scripts: Record<string, Script> = {
  'a promotion': { play: (world) => deploy(world, 'green') },
  'a promotion by steps': {
    options: { analysis: { stepWeightPromotion: 30 } },
    play: (world) => deploy(world, 'green'),
  },
  'a promotion with cookies': {
    options: { analysis: { sessionAffinity: { cookieName: 'fc', primaryCookieName: 'pc' } } },
    play: (world) => deploy(world, 'green'),
  },
  'blue/green': {
    options: { analysis: { iterations: 3, mirror: true } },
    play: (world) => deploy(world, 'green'),
  },
  'blue/green on plain Kubernetes': {
    options: { analysis: { iterations: 2 }, abilities: noAbilities },
    play: (world) => deploy(world, 'green'),
  },
  'A/B testing': {
    options: {
      analysis: { iterations: 2, match: [{ headers: { cookie: { exact: 'beta' } } }] },
    },
    play: (world) => deploy(world, 'green'),
  },
  'metrics that know the canary only after an interval of traffic': {
    options: { analysis: { threshold: 1 }, windowMs: 60_000 },
    play: (world) => deploy(world, 'green'),
  },
  'the same while requests are copied': {
    options: { analysis: { threshold: 1, iterations: 3, mirror: true }, windowMs: 60_000 },
    play: (world) => deploy(world, 'green'),
  },
  'the same in an A/B test': {
    options: {
      analysis: {
        threshold: 1,
        iterations: 2,
        match: [{ headers: { cookie: { exact: 'beta' } } }],
      },
      windowMs: 60_000,
    },
    play: (world) => deploy(world, 'green'),
  },
  'metrics that are gone once the copy is made': {
    options: { analysis: { threshold: 1 }, failsOncePromoted: true },
    play: (world) => deploy(world, 'green'),
  },
  'a rollback by a hook': {
    options: { analysis: { webhooks: hooksOf('rollback') } },
    play: (world) => {
      deploy(world, 'green')
      minutes(world, 1)
      world.opened = ['rollback']
    },
  },
  'a rollback': {
    play: (world) => {
      deploy(world, 'green')
      world.failing = 'err 100.00 > 50'
    },
  },
  'a canary that never starts': {
    options: { broken: ['green'] },
    play: (world) => deploy(world, 'green'),
  },
  'a promotion that fails': {
    options: { brokenPrimary: ['green'] },
    play: (world) => deploy(world, 'green'),
  },
  'a promotion over a broken primary': {
    options: { brokenPrimary: ['green'] },
    play: (world) => {
      deploy(world, 'green')
      minutes(world, 10)
      deploy(world, 'red')
    },
  },
  'a target set back': {
    play: (world) => {
      deploy(world, 'green')
      minutes(world, 1)
      deploy(world, 'blue')
    },
  },
  'a new revision in the middle': {
    play: (world) => {
      deploy(world, 'green')
      minutes(world, 1)
      deploy(world, 'red')
    },
  },
  'gates opened one by one': {
    options: {
      analysis: { webhooks: everyGate },
      closed: ['confirm-rollout', 'confirm-promotion'],
    },
    play: (world) => {
      deploy(world, 'green')
      minutes(world, 2)
      world.closed = ['confirm-promotion']
      minutes(world, 8)
      world.closed = []
    },
  },
  'a skipped analysis': {
    options: { spec: { skipAnalysis: true } },
    play: (world) => deploy(world, 'green'),
  },
  'a skipped analysis of configuration, whose copy a webhook changes': {
    options: { spec: { skipAnalysis: true }, configs: { 'configmap/a': 'one' } },
    play: (world) => {
      world.altersCopies = true
      configure(world, 'two')
    },
  },
  'a skipped analysis whose promotion fails': {
    options: { spec: { skipAnalysis: true }, brokenPrimary: ['green'] },
    play: (world) => deploy(world, 'green'),
  },
}

for (const verb of ['abort', 'restart', 'promote', 'reset', 'skip-analysis'] as const)
  for (const id of [true, false])
    scripts[`a request to ${verb} ${id ? 'with a number' : 'by a word'}`] = {
      play: (world) => {
        deploy(world, 'green')
        minutes(world, 1)
        annotate(world, verb, id ? { id: 'x1' } : 'true')
      },
    }

/** What is left in the end, when the process dies after so many writes of the script. */
function played({ options, play }: Script, writes: number, prunes = false) {
  const world = idleWorld({ startupMs: 10_000, prunes, ...options })
  world.effectsLeft = writes
  play(world)
  minutes(world, 40)
  const { lastPromotedSpec, lastAppliedSpec } = statusOf(world)
  const end = {
    row: row(world),
    primary: world.primary?.revision,
    replicas: world.target.replicas > 0,
    annotations: world.resource?.metadata.annotations ?? {},
    held: world.autoscalerHeld,
    lastPromotedSpec,
    lastAppliedSpec,
  }
  return { end, hasDied: world.effectsLeft === Number.POSITIVE_INFINITY }
}

describe('a process that dies between any two writes continues to the same end', () => {
  test.each(Object.entries(scripts))('%s', (_, script) => {
    const { end } = played(script, Number.POSITIVE_INFINITY)
    let writes = 1
    for (; ; writes++) {
      const cut = played(script, writes)
      if (!cut.hasDied) break
      expect({ writes, ...cut.end }).toEqual({ writes, ...end })
    }
    expect(writes).toBeGreaterThan(4)
  })
})

describe('so does one whose status has no room for our own fields', () => {
  const known = Object.entries(scripts).filter(([name]) => !name.startsWith('a request'))
  test.each(known)('%s', (_, script) => {
    const { end } = played(script, Number.POSITIVE_INFINITY, true)
    for (let writes = 1; ; writes++) {
      const cut = played(script, writes, true)
      if (!cut.hasDied) break
      expect({ writes, ...cut.end }).toEqual({ writes, ...end })
    }
  })
})

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

function touch<K extends keyof World>(world: World, key: K, value: World[K]): void {
  change(world, (changed) => {
    changed[key] = value
  })
}

function configure(world: World, checksum: string): void {
  touch(world, 'configs', { 'configmap/a': checksum })
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

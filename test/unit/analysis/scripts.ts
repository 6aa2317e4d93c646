/** What happens to a canary, as scripts that are played with a process that dies in between. */
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

export interface Script {
  options?: WorldOptions
  play: (world: World) => void
}

export const minutes = (world: World, count: number) => advance(world, count * 60_000)

export const scripts: Record<string, Script> = {
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
export function played({ options, play }: Script, writes: number, prunes = false) {
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

export function touch<K extends keyof World>(world: World, key: K, value: World[K]): void {
  change(world, (changed) => {
    changed[key] = value
  })
}

export function configure(world: World, checksum: string): void {
  touch(world, 'configs', { 'configmap/a': checksum })
}

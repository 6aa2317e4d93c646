import { describe, expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import type { Decision, Observation, Verdicts } from '../../../src/analysis/decision.ts'
import {
  fails,
  meshAbilities,
  noAbilities,
  observation,
  passes,
} from '../../support/observation.ts'
import { advance, deploy, idleWorld, row, type World } from '../../support/world.ts'

const match = [{ headers: { cookie: { exact: 'beta' } } }]

/** Every row of a run, from the first look to the end. */
function rows(world: World): string[] {
  deploy(world, 'green')
  const all = [row(world)]
  while (!row(world).startsWith('Succeeded') && all.length < 30) {
    advance(world)
    all.push(row(world))
  }
  return all
}

describe('on plain Kubernetes, where no traffic can be moved,', () => {
  const abilities = noAbilities
  const spec = { provider: 'kubernetes' } as const

  test('blue/green counts its checks and promotes', () => {
    const world = idleWorld({ spec, abilities, analysis: { iterations: 2 } })
    expect(rows(world)).toEqual([
      'Progressing 0/1/0',
      'Progressing 0/2/0',
      'Progressing 0/3/0',
      'Finalising 0/0/0',
      'Succeeded 0/0/0',
    ])
    expect(world.log.events).not.toContain('N Routing all traffic to canary')
    expect(world.log.events).not.toContain('N Routing all traffic to primary')
  })

  test('a weighted run becomes blue/green with ten iterations, and says so', () => {
    const world = idleWorld({ spec, abilities })
    expect(rows(world)).toHaveLength(13)
    expect(world.log.events.slice(1, 5)).toEqual([
      'N Starting canary analysis for checkout.shop',
      'W Progressive traffic is not supported when using the kubernetes provider',
      'W Setting canaryAnalysis.iterations: 10',
      'N Advance checkout.shop canary iteration 1/10',
    ])
  })

  test('A/B testing becomes blue/green, and says so', () => {
    const world = idleWorld({ spec, abilities, analysis: { iterations: 1, match } })
    expect(rows(world).at(-1)).toBe('Succeeded 0/0/0')
    expect(world.log.events.slice(1, 4)).toEqual([
      'N Starting canary analysis for checkout.shop',
      'W A/B testing is not supported when using the kubernetes provider',
      'N Advance checkout.shop canary iteration 1/1',
    ])
  })
})

test('A/B testing where requests can not be matched becomes blue/green, with a warning', () => {
  const world = idleWorld({
    spec: { provider: 'traefik' },
    abilities: { ...meshAbilities, match: false },
    analysis: { iterations: 2, match },
  })
  expect(rows(world)).toEqual([
    'Progressing 0/1/0 100/0',
    'Progressing 0/2/0 100/0',
    'Progressing 0/3/0 0/100',
    'Finalising 0/0/0 100/0',
    'Succeeded 0/0/0 100/0',
  ])
  expect(world.log.events).toContain(
    'W A/B testing is not supported when using the traefik provider',
  )
})

test.each([
  [{}, 'Progressing 20/0/0 80/20'],
  [{ iterations: 2 }, 'Progressing 0/1/0 100/0'],
])('mirroring where requests can not be copied is left out, with a warning', (analysis, want) => {
  const world = idleWorld({
    spec: { provider: 'contour' },
    abilities: { ...meshAbilities, mirror: false },
    analysis: { mirror: true, ...analysis },
  })
  const all = rows(world)
  expect(all[0]).toBe(want)
  expect(all.at(-1)).toBe('Succeeded 0/0/0 100/0')
  expect(world.log.events).toContain(
    'W Traffic mirroring is not supported when using the contour provider',
  )
})

/** What is asked, in order, when every hook and metric answers with success. */
function asked(seen: Observation): string[] {
  const keys: string[] = []
  const verdicts: Verdicts = {}
  for (;;) {
    const decision: Decision = decide(seen, verdicts)
    if (decision.kind === 'act') return keys
    const { check } = decision
    const key = check.kind === 'hooks' ? `hooks:${check.type}` : check.kind
    keys.push(key)
    verdicts[key] = key === 'hooks:rollback' ? fails : passes
  }
}

test('a step asks in order: rollback, checks, metrics, then the gates', () => {
  const types = [
    'confirm-promotion',
    'confirm-traffic-increase',
    'rollout',
    'rollback',
    'pre-rollout',
  ] as const
  const webhooks = types.map((type) => ({ name: type, type, url: 'http://tester/' }))
  const status = { phase: 'Progressing', lastAppliedSpec: 'v2:green' } as const
  const workload = { revision: 'v2:green', promoted: false, targetReplicas: 2 }
  const at = (canary: number) =>
    asked(
      observation({
        canary: { analysis: { webhooks }, status: { ...status, canaryWeight: canary } },
        workload,
        routes: { primary: 100 - canary, canary, mirrored: false },
      }),
    )
  expect(at(0)).toEqual(['hooks:rollback', 'hooks:pre-rollout', 'hooks:confirm-traffic-increase'])
  expect(at(20)).toEqual([
    'hooks:rollback',
    'hooks:rollout',
    'metrics',
    'hooks:confirm-traffic-increase',
  ])
  expect(at(60)).toEqual([
    'hooks:rollback',
    'hooks:rollout',
    'metrics',
    'hooks:confirm-traffic-increase',
    'hooks:confirm-promotion',
  ])
})

test('a step that is not due asks nothing and moves nothing', () => {
  const seen = observation({
    canary: {
      status: {
        phase: 'Progressing',
        lastAppliedSpec: 'v2:green',
        lastTransitionTime: '2030-01-01T11:59:30Z',
      },
    },
    workload: { revision: 'v2:green', promoted: false, targetReplicas: 2 },
    routes: { primary: 80, canary: 20, mirrored: false },
  })
  const decision = decide(seen, {})
  expect(decision).toMatchObject({ kind: 'act', wakeAt: new Date('2030-01-01T12:00:30Z') })
  expect(asked(seen)).toEqual([])
})

test('times that can not be read hold nobody up', () => {
  const seen = observation({
    canary: {
      status: {
        phase: 'Progressing',
        lastAppliedSpec: 'v2:green',
        lastTransitionTime: 'yesterday',
        canaryWeight: 20,
        canaryAnalysis: { nextTickAt: 'soon', startedAt: 'once' },
      },
    },
    workload: { revision: 'v2:green', promoted: false, targetReplicas: 2 },
    routes: { primary: 80, canary: 20, mirrored: false },
  })
  expect(asked(seen)).toEqual(['metrics'])
})

test('a canary with problems is left as it is', () => {
  const problem = 'canary checkout.shop: spec.analysis.interval "soon" is not a duration'
  const decision = decide(observation({ problems: [problem] }), {})
  expect(decision).toMatchObject({
    kind: 'act',
    effects: [{ kind: 'report', type: 'Warning', message: problem }, { kind: 'status' }],
  })
})

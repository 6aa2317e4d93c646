import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextWeight, weightSteps } from '../../../src/analysis/weights.ts'
import type { Analysis, ProviderName } from '../../../src/canary/api.gen.ts'
import { parseCanary } from '../../../src/canary/canary.ts'
import type { Abilities } from '../../../src/routers/router.ts'
import { stored } from '../../support/observation.ts'
import { namedProviders } from '../../support/providers.ts'
import {
  advance,
  change,
  deploy,
  idleWorld,
  row,
  statusOf,
  type World,
} from '../../support/world.ts'
import { contextIn, meshOf, specFor, writeMesh } from '../../support/world-mesh.ts'

// Each world holds its routes in the objects of a real router, and throws as soon as the router
// reads back other routes than it wrote.

const strategies: fc.Arbitrary<Partial<Analysis>> = fc.oneof(
  fc.record({
    stepWeight: fc.integer({ min: 7, max: 60 }),
    maxWeight: fc.integer({ min: 1, max: 100 }),
  }),
  fc
    .uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 })
    .map((weights) => ({ stepWeight: 0, stepWeights: weights.sort((a, b) => a - b) })),
  fc.record({
    stepWeight: fc.constantFrom(20, 50),
    maxWeight: fc.constant(60),
    iterations: fc.integer({ min: 1, max: 6 }),
  }),
  fc.record({ stepWeight: fc.constant(0), iterations: fc.integer({ min: 1, max: 6 }) }),
)

const matches = fc.constantFrom<NonNullable<Analysis['match']>>(
  [],
  [{ headers: { 'x-canary': { exact: 'insider' } } }],
  [{ headers: { 'x-canary': { regex: 'in.*' } } }, { headers: { cookie: { exact: 'beta' } } }],
  [{ queryParams: { v: { exact: '2' } } }],
  [{ headers: { 'x-a': { exact: '1' }, 'x-b': { exact: '2' } } }],
  [{}],
)

const analyses = fc
  .record({
    strategy: strategies,
    match: matches,
    mirror: fc.boolean(),
    mirrorWeight: fc.constantFrom(0, 30),
    affinity: fc.constantFrom(
      undefined,
      { cookieName: 'fc' },
      { cookieName: 'fc', primaryCookieName: 'pc' },
    ),
    stepWeightPromotion: fc.constantFrom(0, 30),
  })
  .map(({ strategy, affinity, ...rest }): Partial<Analysis> => {
    return { ...strategy, ...rest, ...(affinity && { sessionAffinity: affinity }) }
  })

const providers = namedProviders.map(([name]) => name as ProviderName)
type Provider = ProviderName

function worldOf(provider: Provider, analysis: Partial<Analysis>): World {
  const mesh = meshOf(provider)
  return idleWorld({
    analysis,
    spec: specFor(provider),
    mesh,
    abilities: mesh.router.abilities(contextIn(mesh, canaryOf(provider, analysis))),
  })
}

function canaryOf(provider: Provider, analysis: Partial<Analysis>) {
  const defaults = { meshProvider: 'istio', metricsServer: '' }
  return parseCanary(stored({ analysis, spec: specFor(provider) }), defaults).canary
}

/** Weights that people set: the next step among them. */
const byHand = ['next', 3, 50, 100] as const

function setByHand(
  world: World,
  provider: Provider,
  { analysis, canary }: { analysis: Partial<Analysis>; canary: (typeof byHand)[number] },
): void {
  const { analysis: plan, strategy } = canaryOf(provider, analysis)
  const now = world.routes?.canary ?? 0
  const weighted = canary === 'next' ? (nextWeight(plan, now) ?? 100) : canary
  // Of those who meet a test, not every provider can take a part.
  const weight = strategy === 'ab-testing' ? 100 : weighted
  change(world, (edited) => {
    edited.routesWriter = 'kubectl-edit'
    edited.routes = { primary: 100 - weight, canary: weight, mirrored: false }
    writeMesh(edited, edited.routes)
  })
}

/** How often the Canary asks to be measured before what it tries is copied to the primary. */
function checksAskedFor(provider: Provider, analysis: Partial<Analysis>, able: Abilities): number {
  const { analysis: effective, strategy } = canaryOf(provider, analysis)
  const { iterations } = effective
  if (!able.weights) return (iterations || 10) + 1
  if (strategy === 'ab-testing' && able.match) return iterations
  // One more with all of the traffic on the canary.
  if (strategy !== 'canary') return iterations + 1
  const mirrored = effective.mirror && able.mirror ? 1 : 0
  return Math.max(weightSteps(effective).length + mirrored, iterations)
}

test('on every router a promotion takes the checks that the Canary asks for', () => {
  fc.assert(
    fc.property(fc.constantFrom(...providers), analyses, (provider, analysis) => {
      const world = worldOf(provider, analysis)
      deploy(world, 'green')
      advance(world, 300 * 60_000)
      const checks = world.log.asked.filter((key) => key === 'metrics').length
      if (world.log.events.some((text) => /spec\.analysis\.match/.test(text))) {
        // Refused, and said so: nobody new met the canary.
        expect(world.primary?.revision).toBe('blue')
        expect(world.log.routes.filter(({ canary }) => canary > 0)).toEqual([])
        return
      }
      expect(row(world)).toMatch(/^Succeeded/)
      expect(checks).toBe(checksAskedFor(provider, analysis, world.abilities))
    }),
    { numRuns: 50 },
  )
})

test('on every router no weight that somebody sets by hand in a run takes a check away from it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...providers),
      analyses,
      fc.array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.constantFrom(...byHand)), {
        minLength: 1,
        maxLength: 4,
      }),
      (provider, analysis, edits) => {
        const world = worldOf(provider, analysis)
        const { strategy } = canaryOf(provider, analysis)
        // An A/B test has no weight to set: an Ingress knows who is in it, and no share of them.
        fc.pre(world.abilities.weights && !(strategy === 'ab-testing' && world.abilities.match))
        deploy(world, 'green')
        for (const [minutes, canary] of edits) {
          advance(world, minutes * 60_000)
          if (statusOf(world).phase !== 'Progressing') break
          setByHand(world, provider, { analysis, canary })
        }
        advance(world, 300 * 60_000)
        const checks = world.log.asked.filter((key) => key === 'metrics').length
        if (statusOf(world).phase !== 'Succeeded') return
        expect(checks).toBeGreaterThanOrEqual(checksAskedFor(provider, analysis, world.abilities))
      },
    ),
    { numRuns: 50 },
  )
})

test('on every router a rollback leaves no user on the canary, from wherever it starts', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...providers),
      analyses,
      fc.integer({ min: 1, max: 8 }),
      (provider, analysis, minutes) => {
        const world = worldOf(provider, analysis)
        deploy(world, 'green')
        advance(world, minutes * 60_000)
        world.failing = 'err 100.00 > 50'
        advance(world, 300 * 60_000)
        expect(world.routes?.canary ?? 0).toBe(0)
      },
    ),
    { numRuns: 30 },
  )
})

test('the weight of the history is one that users saw', () => {
  const match = [{ headers: { 'x-canary': { exact: 'insider' } } }]
  const world = worldOf('nginx', { stepWeight: 5, maxWeight: 50, match })
  deploy(world, 'green')
  advance(world, 60 * 60_000)
  const seen = world.log.routes.map(({ canary }) => canary)
  expect(seen).toEqual([5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 0])
  expect(statusOf(world).history?.[0]?.weight).toBe(50)
})

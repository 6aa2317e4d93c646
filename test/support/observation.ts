/** Canaries and observations for tests: a test names only what matters to it. */

import type { Decision, Effect, Observation, Verdict } from '../../src/analysis/decision.ts'
import type { Analysis, CanarySpec, CanaryStatus } from '../../src/canary/api.gen.ts'
import { type Canary, parseCanary } from '../../src/canary/canary.ts'
import type { Metadata } from '../../src/objects.ts'
import { readRequests } from '../../src/requests/request.ts'
import { type Abilities, accepted } from '../../src/routers/router.ts'
import { plainFacts } from '../../src/workloads/plain-facts.ts'
import type { WorkloadState } from '../../src/workloads/workload.ts'

export interface CanaryOverrides {
  analysis?: Partial<Analysis>
  spec?: Partial<CanarySpec>
  status?: CanaryStatus
  metadata?: Partial<Metadata>
  annotations?: Record<string, string>
}

/** `checkout.shop` on istio: steps of 20 to 50, threshold 2, one metric. */
export function canary(overrides: CanaryOverrides = {}): Canary {
  const { canary: parsed, problems } = parseCanary(stored(overrides), {
    meshProvider: 'istio',
    metricsServer: 'http://prometheus:9090',
  })
  if (problems.length > 0) throw new Error(problems.join('; '))
  return parsed
}

/** The same as the API server stores it. */
export function stored({ analysis, spec, status, metadata, annotations }: CanaryOverrides) {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: {
      name: 'checkout',
      namespace: 'shop',
      uid: 'c0ffee',
      generation: 1,
      ...(annotations && { annotations }),
      ...metadata,
    },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout' },
      service: { port: 80 },
      ...spec,
      analysis: {
        interval: '1m',
        threshold: 2,
        ...(analysis?.iterations === undefined && { stepWeight: 20, maxWeight: 50 }),
        metrics: [{ name: 'err', thresholdRange: { max: 50 }, query: 'err' }],
        ...analysis,
      },
    },
    ...(status && { status }),
  }
}

export const meshAbilities: Abilities = {
  weights: true,
  match: true,
  mirror: true,
  mirrorWeight: true,
  sessionAffinity: true,
}

export const noAbilities: Abilities = {
  weights: false,
  match: false,
  mirror: false,
  mirrorWeight: false,
  sessionAffinity: false,
}

export const noon = new Date('2030-01-01T12:00:00Z')

export interface ObservationOverrides extends Partial<Omit<Observation, 'canary' | 'workload'>> {
  canary?: CanaryOverrides
  workload?: Partial<WorkloadState> & Counts
}

/** Numbers of pods, for those who think in them. */
interface Counts {
  targetReplicas?: number
  primaryReplicas?: number
}

/** An idle canary whose target and primary agree, unless the overrides say otherwise. */
export function observation(overrides: ObservationOverrides = {}): Observation {
  const { canary: of = {}, workload, ...rest } = overrides
  const status: CanaryStatus = {
    phase: 'Initialized',
    lastAppliedSpec: 'v2:blue',
    lastPromotedSpec: 'v2:blue',
    conditions: [],
    ...of.status,
  }
  const parsed = canary({ ...of, status })
  return {
    now: noon,
    canary: parsed,
    problems: [],
    faults: [],
    routes: { primary: 100, canary: 0, mirrored: false },
    acceptance: accepted,
    abilities: meshAbilities,
    requests: readRequests(parsed.metadata.annotations),
    lastStepAt: undefined,
    startedAt: noon,
    letters: 'abcdefghijklmnopqrst',
    ...rest,
    workload: {
      facts: plainFacts('checkout'),
      target: { state: 'ready' },
      primary: { state: 'ready' },
      revision: 'v2:blue',
      primaryRevision: 'v2:blue',
      generation: 1,
      configs: undefined,
      images: [{ container: 'checkout', primary: 'checkout:blue', target: 'checkout:blue' }],
      promoted: true,
      ...sized(workload),
      ...workload,
    },
  }
}

function sized({ targetReplicas: target = 0, primaryReplicas: primary = 2 }: Counts = {}) {
  const atRest = { target: target === 0, primary: primary === 0 }
  return { atRest, sizes: { target, primary } }
}

/** The effects of a decision that asks nothing. */
export function effectsOf(decision: Decision): Effect[] {
  if (decision.kind === 'check')
    throw new Error(`the decision asks first: ${JSON.stringify(decision.check)}`)
  return decision.effects
}

export const passes: Verdict = { outcome: 'passed', events: [], results: [] }
export const fails: Verdict = { outcome: 'failed', events: [], results: [] }

/** The parsed Canary: shape assured, defaults applied. Nothing downstream repeats a default. */
import type { KubeObject, Metadata } from '../objects.ts'
import { type EffectiveAnalysis, effectiveAnalysis, type Strategy, strategyOf } from './analysis.ts'
import type { CanaryResource, CanarySpec, CanaryStatus } from './api.gen.ts'
import { conform } from './conform.ts'
import { label, primaryWorkloadName, type ServiceNames, serviceNames } from './names/names.ts'
import { defaultProvider } from './providers.gen.ts'
import { canarySpecShape, canaryStatusShape } from './shapes.gen.ts'
import { withOwnRevisions } from './status/original-hashes.ts'

export type { EffectiveAnalysis, Strategy } from './analysis.ts'
export type { Phase } from './api.gen.ts'

/** What the controller was told to use where a Canary says nothing. */
export interface Defaults {
  meshProvider: string
  metricsServer: string
  /** Shortest analysis interval, in milliseconds; 10 s unless a test says otherwise. */
  minIntervalMs?: number
  /** Whose Canary says nothing of a judge gets one that only notes what it would do. */
  shadowJudge?: boolean
}

export interface Canary {
  /** The object as it was read. */
  resource: CanaryResource
  metadata: Metadata
  name: string
  namespace: string
  /** `podinfo.test`, as events, alerts and metrics name it. */
  label: string
  /** As written by the user, without the fields that have a wrong type. */
  spec: CanarySpec
  /** As stored, without the fields that have a wrong type, and with our revisions. */
  status: CanaryStatus
  provider: string
  metricsServer: string
  names: ServiceNames
  targetName: string
  primaryName: string
  analysis: EffectiveAnalysis
  strategy: Strategy
  progressDeadlineSeconds: number
  /** Promote as soon as the canary is ready. */
  skipAnalysis: boolean
  suspended: boolean
  revertOnDeletion: boolean
}

const defaultProgressDeadlineSeconds = 600
const shortestIntervalMs = 10_000

/**
 * Reads a stored Canary. It never throws: what the spec gets wrong is left out, and named in
 * `problems`, one sentence each with object, field and remedy.
 */
export function parseCanary(
  stored: KubeObject & { spec?: unknown; status?: unknown },
  defaults: Defaults,
): { canary: Canary; problems: string[] } {
  const { value, problems } = conform(withCurrentNames(stored.spec), canarySpecShape, 'spec')
  // The status is the controller's own: what can't be read in it is written anew.
  const known = conform(stored.status ?? {}, canaryStatusShape, 'status').value as CanaryStatus
  const { metadata } = stored
  const canary: Canary = {
    resource: stored as CanaryResource,
    metadata,
    name: metadata.name,
    namespace: metadata.namespace ?? '',
    label: label(metadata),
    status: withOwnRevisions(known),
    ...effective(value as CanarySpec, metadata, defaults),
  }
  return { canary, problems: problems.map((problem) => `canary ${canary.label}: ${problem}`) }
}

type FromSpec = Omit<Canary, 'resource' | 'metadata' | 'name' | 'namespace' | 'label' | 'status'>

/** What the spec comes to once the defaults stand where it says nothing. */
function effective(
  spec: CanarySpec,
  { namespace = '' }: Metadata,
  { meshProvider, metricsServer, minIntervalMs = shortestIntervalMs, shadowJudge }: Defaults,
): FromSpec {
  const provider = spec.provider || meshProvider || defaultProvider
  const analysis = effectiveAnalysis(spec, {
    ...{ provider, namespace, minIntervalMs },
    ...(shadowJudge && { judge: { mode: 'Shadow' } }),
  })
  return {
    spec,
    provider,
    metricsServer: spec.metricsServer || metricsServer,
    names: serviceNames(spec),
    targetName: spec.targetRef.name,
    primaryName: primaryWorkloadName(spec),
    analysis,
    strategy: strategyOf(analysis, provider),
    progressDeadlineSeconds: spec.progressDeadlineSeconds ?? defaultProgressDeadlineSeconds,
    skipAnalysis: spec.skipAnalysis ?? false,
    suspended: spec.suspend ?? false,
    revertOnDeletion: spec.revertOnDeletion ?? false,
  }
}

/** `canaryAnalysis` is what older versions of the API called `analysis`. */
function withCurrentNames(spec: unknown): unknown {
  if (typeof spec !== 'object' || spec === null || !('canaryAnalysis' in spec)) return spec
  return { analysis: spec.canaryAnalysis, ...spec }
}

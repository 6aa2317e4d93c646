/** Deployments as targets: the user's Deployment is the canary, `<name>-primary` its copy. */
import type { Canary } from '../../canary/canary.ts'
import { isLeftOver } from '../../canary/ownership.ts'
import { isNew, isRunning } from '../../canary/phases.ts'
import { InvalidSpecError } from '../../errors.ts'
import { type KubeObject, type ObjectRef, refOf } from '../../objects.ts'
import { sameContent } from '../canonical.ts'
import { configRefs } from '../config-refs.ts'
import { configCopies, configObjectRef, isCopied, missingConfig, primaryCopy } from '../configs.ts'
import { fullScale } from '../full-scale.ts'
import { canaryPlacement, stripPlacement } from '../placement.ts'
import type { Deployment } from '../pod-template.ts'
import { unknownPort } from '../ports.ts'
import { deploymentReadiness, type ReadinessLimits, unobserved } from '../readiness.ts'
import { recreation } from '../recreation.ts'
import type { Readiness, Reading, Sides, Workload, WorkloadContext } from '../workload.ts'
import { factsOf, factsOfPrimary } from './facts.ts'
import { primaryDeployment } from './primary-deployment.ts'
import { type DeploymentRead, readDeployments } from './read.ts'

export const deployment: Workload = {
  reads(of) {
    const { canary, settings } = of
    return [
      deploymentRef(canary, canary.targetName),
      deploymentRef(canary, canary.primaryName),
      ...(settings.configTracking ? configReads(of) : []),
    ]
  },

  observe(context) {
    const { canary } = context
    const read = readDeployments(context)
    const { target, primary } = read
    return {
      facts: factsOf(read, canary),
      target: targetReadiness(read, context),
      primary: primaryReadiness(read, context),
      revision: read.revision,
      primaryRevision: read.primaryRevision,
      generation: target.metadata.generation ?? 0,
      configs: read.checksums,
      images: target.spec.template.spec.containers.map(({ name, image = '' }) => ({
        container: name,
        primary: imageOf(primary, name),
        target: image,
      })),
      promoted: isPromoted(read, context),
      atRest: atRest(read),
      sizes: { target: sizeOf(target), primary: primary ? sizeOf(primary) : 0 },
      warnings: warningsOf(read, canary),
    }
  },

  factsOfPrimary({ canary, find }) {
    const primary = find<Deployment>(deploymentRef(canary, canary.primaryName))
    return primary && factsOfPrimary(primary, canary)
  },

  initialize(context) {
    const read = readDeployments(context)
    if (read.primary) return [...leftOvers(read, context), ...lostCopies(read, context)]
    const { problem, onlyMissingCopies } = recreation(read, context)
    if (problem !== undefined) throw new InvalidSpecError(problem)
    const copies = copiesOf(read, context)
    const written = onlyMissingCopies ? copies.filter((copy) => !context.find(refOf(copy))) : copies
    return [...written, primaryDeployment(read, context)]
  },

  promote(context) {
    const read = readDeployments(context)
    return [...copiesOf(read, context), primaryDeployment(read, context)]
  },

  scale(context, to) {
    const { canary, find } = context
    const target = find<Deployment>(deploymentRef(canary, canary.targetName))
    if (!target) return []
    const user = to === 'full' ? canaryPlacement(target, canary) : stripPlacement(target)
    const replicas = to === 'full' ? sizeAtFullScale(target, context) : 0
    return changed(target, withReplicas(user, replicas))
  },

  resize({ canary, find }, replicas) {
    const primary = find<Deployment>(deploymentRef(canary, canary.primaryName))
    return primary ? changed(primary, withReplicas(primary, replicas)) : []
  },

  restore(context) {
    const { canary, find } = context
    const target = find<Deployment>(deploymentRef(canary, canary.targetName))
    if (!target) return { write: [], remove: [] }
    const primary = find<Deployment>(deploymentRef(canary, canary.primaryName))
    const replicas = primary ? sizeOf(primary) : sizeAtFullScale(target, context)
    return { write: changed(target, withReplicas(stripPlacement(target), replicas)), remove: [] }
  },
}

function deploymentRef({ namespace }: Canary, name: string): ObjectRef {
  return { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name }
}

/** What target and primary refer to, and the copies of the target's. */
function configReads({ canary, find }: Reading): ObjectRef[] {
  const refsOf = (name: string) => {
    const found = find<Deployment>(deploymentRef(canary, name))
    return found ? configRefs(found.spec.template.spec) : []
  }
  const ofTarget = refsOf(canary.targetName)
  const copies = ofTarget.map(primaryCopy)
  const all = [...ofTarget, ...copies, ...refsOf(canary.primaryName)]
  const unique = new Map(all.map((ref) => [`${ref.kind}/${ref.name}`, ref]))
  return [...unique.values()].map((ref) => configObjectRef(ref, canary.namespace))
}

/** What an earlier canary of this name left, to be taken over as it is. */
function leftOvers(read: DeploymentRead, context: WorkloadContext): KubeObject[] {
  const { canary, find } = context
  const { primary, configs } = read
  if (!primary) return []
  if (hasNothingPromoted(canary) && primaryReadiness(read, context).state !== 'ready') return []
  const copies = configs.tracked.flatMap(({ ref }) => {
    const copy = find<KubeObject>(configObjectRef(primaryCopy(ref), canary.namespace))
    return copy ? [copy] : []
  })
  return [primary, ...copies].filter((one) => isLeftOver(one, canary))
}

/** Then a left-over primary that can't serve comes back better once it is removed. */
function hasNothingPromoted({ status: { phase = '' } }: Canary): boolean {
  return isNew(phase)
}

function copiesOf(
  { configs, primary }: Pick<DeploymentRead, 'configs' | 'primary'>,
  { canary, find, settings }: WorkloadContext,
) {
  const prefixes = settings.includeLabelPrefix
  const inUse = primary ? configRefs(primary.spec.template.spec) : []
  return configCopies(configs, { canary, find, prefixes, inUse })
}

/** Copies that somebody deleted, as long as their sources hold what was promoted. */
function lostCopies({ primary, configs }: DeploymentRead, context: WorkloadContext): KubeObject[] {
  const { canary, find } = context
  const { promotedConfigs = {} } = canary.status
  const tracked = configs.tracked.filter(
    ({ ref, key, checksum }) =>
      promotedConfigs[key] === checksum &&
      !find(configObjectRef(primaryCopy(ref), canary.namespace)),
  )
  return copiesOf({ primary, configs: { tracked, missing: [] } }, context)
}

/**
 * The identifier of a promotion counts during a run only: it tells whether pods were restarted
 * for a change of nothing but configuration.
 */
function isPromoted(read: DeploymentRead, context: WorkloadContext): boolean {
  const { canary, find } = context
  const { primary, configs, revision, primaryRevision } = read
  if (!primary || configs.missing.length > 0 || primaryRevision !== revision) return false
  if (!configs.tracked.every((config) => isCopied(config, find, canary.namespace))) return false
  if (!isRunning(canary.status.phase ?? '')) return true
  const { template } = primaryDeployment(read, context).spec
  return sameContent(template, primary.spec.template)
}

function targetReadiness(
  { target, configs }: DeploymentRead,
  { canary, now, sizing }: WorkloadContext,
): Readiness {
  const prefix = `canary deployment ${target.metadata.name}.${canary.namespace} not ready:`
  const threshold = canary.analysis.canaryReadyThreshold
  const readiness = deploymentReadiness(target, limits(canary, threshold, now))
  if (readiness.state !== 'ready') return { ...readiness, why: `${prefix} ${readiness.why}` }
  const [missing] = configs.missing
  if (missing)
    return { state: 'waiting', why: `${prefix} ${missingConfig(missing, canary.namespace)}` }
  // Outside a run the target rests at zero, and an autoscaler may have it there until work comes.
  const { phase } = canary.status
  const isAnalysed = phase === 'Progressing' || phase === 'WaitingPromotion'
  return isAnalysed && !sizing?.mayRest.target && target.spec.replicas === 0
    ? { state: 'waiting', why: `${prefix} ${scaledToZero}` }
    : readiness
}

function primaryReadiness(read: DeploymentRead, context: WorkloadContext): Readiness {
  const { canary, now, sizing } = context
  const { primary } = read
  const object = `${canary.primaryName}.${canary.namespace}`
  const prefix = `${object} not ready:`
  if (!primary) {
    const { problem } = recreation(read, context)
    if (problem !== undefined) return { state: 'missing', why: `${prefix} ${problem}` }
    const notFound = `deployments.apps "${canary.primaryName}" not found`
    const why = `${prefix} deployment ${object} get query error: ${notFound}`
    return { state: 'missing', why, onceMade: `${prefix} ${unobserved}` }
  }
  if (primary.metadata.deletionTimestamp !== undefined)
    return { state: 'waiting', why: `${prefix} it is being deleted, and is made anew after that` }
  const threshold = canary.analysis.primaryReadyThreshold
  const readiness = deploymentReadiness(primary, limits(canary, threshold, now))
  if (readiness.state !== 'ready') {
    if (hasNothingPromoted(canary) && isLeftOver(primary, canary))
      return { state: 'waiting', why: `${prefix} ${leftBehind}` }
    return { ...readiness, why: `${prefix} ${readiness.why}` }
  }
  return primary.spec.replicas === 0 && !sizing?.mayRest.primary
    ? { state: 'waiting', why: `${prefix} ${scaledToZero}` }
    : readiness
}

const leftBehind =
  'an earlier canary of this name left it; it is made anew once the garbage collector removed it'
const scaledToZero = 'it is scaled to zero, and traffic needs at least one replica'

function limits(canary: Canary, threshold: number, now: Date): ReadinessLimits {
  return { threshold, deadlineMs: canary.progressDeadlineSeconds * 1000, now }
}

function warningsOf({ identity, target }: DeploymentRead, canary: Canary): string[] {
  const { containers, initContainers = [] } = target.spec.template.spec
  const all = [...containers, ...initContainers]
  const name = `deployment ${target.metadata.name}`
  const port = unknownPort(all, canary.spec.service ?? {}, name)
  return [
    ...(identity.warning === undefined ? [] : [identity.warning]),
    ...(port === undefined ? [] : [port]),
  ]
}

function imageOf(found: Deployment | undefined, container: string): string | undefined {
  return found?.spec.template.spec.containers.find(({ name }) => name === container)?.image
}

function sizeOf({ spec }: Deployment): number {
  return spec.replicas ?? 1
}

function atRest({ target, primary }: DeploymentRead): Sides {
  return { target: sizeOf(target) === 0, primary: primary !== undefined && sizeOf(primary) === 0 }
}

function sizeAtFullScale(target: Deployment, { canary, find, sizing }: WorkloadContext): number {
  const primary = find<Deployment>(deploymentRef(canary, canary.primaryName))
  return fullScale({ target: sizeOf(target), primary: primary && sizeOf(primary) }, sizing)
}

function withReplicas(target: Deployment, replicas: number): Deployment {
  return target.spec.replicas === replicas
    ? target
    : { ...target, spec: { ...target.spec, replicas } }
}

function changed(found: Deployment, wanted: Deployment): Deployment[] {
  return sameContent(found, wanted) ? [] : [wanted]
}

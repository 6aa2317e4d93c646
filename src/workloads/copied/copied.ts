/** Targets of which the primary, `<name>-primary`, is a copy; the user's own is the canary. */
import type { Canary } from '../../canary/canary.ts'
import { isLeftOver } from '../../canary/names/ownership.ts'
import { isNew } from '../../canary/phases.ts'
import { InvalidSpecError } from '../../errors.ts'
import { type KubeObject, refOf } from '../../objects.ts'
import { sameContent } from '../canonical.ts'
import type { Templated } from '../pods/pod-template.ts'
import { unknownPort } from '../pods/ports.ts'
import type { Workload, WorkloadContext, WorkloadState } from '../workload.ts'
import { budgetsFor } from './budgets.ts'
import { type CopiedKind, refTo } from './copied-kind.ts'
import { copiedReadiness } from './copied-readiness.ts'
import { configReads, copiesOf, copiesThere, isPromoted, lostCopies } from './copies.ts'
import { factsOf, factsOfPrimary } from './facts.ts'
import { isBehind } from './first-copy.ts'
import { canaryPlacement } from './placement.ts'
import { primaryObject } from './primary-object.ts'
import { type CopiedRead, readCopied, templateBehind, unusable } from './read.ts'
import { recreation } from './recreation.ts'

/** The workload of a kind whose primary is a copy. */
export function copied<T extends Templated>(kind: CopiedKind<T>): Workload {
  const pair = ({ canary, find }: Pick<WorkloadContext, 'canary' | 'find'>) => ({
    target: find<T>(refTo(kind, canary, canary.targetName)),
    primary: find<T>(refTo(kind, canary, canary.primaryName)),
  })
  return {
    reads(of) {
      const { canary, settings } = of
      return [
        refTo(kind, canary, canary.targetName),
        refTo(kind, canary, canary.primaryName),
        ...(settings.configTracking ? configReads(of, pair(of)) : []),
      ]
    },

    unusable(of) {
      const { target, primary } = pair(of)
      return target && unusable(kind, kind.asWritten(target), { canary: of.canary, primary })
    },

    observe: (context) => stateOf(kind, context),

    factsOfPrimary(context) {
      const { primary } = pair(context)
      return primary && factsOfPrimary(primary, context.canary)
    },

    initialize(context) {
      const read = readCopied(kind, context)
      if (read.primary) {
        const mended = kind.mended ? changed(read.primary, kind.mended(read.primary)) : []
        const taken = mended.length > 0 ? mended : leftOvers(kind, read, context)
        return [...taken, ...lostCopies(read, context)]
      }
      const { problem, onlyMissingCopies } = recreation(read, context)
      if (problem !== undefined) throw new InvalidSpecError(problem)
      const all = copiesOf(read, context)
      const written = onlyMissingCopies ? all.filter((copy) => !context.find(refOf(copy))) : all
      return [...written, primaryObject(kind, read, context)]
    },

    promote(context) {
      const read = readCopied(kind, context)
      return [...copiesOf(read, context), primaryObject(kind, read, context)]
    },

    scale(context, to) {
      const { target, primary } = pair(context)
      if (!target) return []
      const user = kind.asWritten(target)
      const placed = () => canaryPlacement(user, context.canary)
      const wanted =
        to === 'full' ? kind.full(placed(), primary, context.sizing) : kind.atRest(user)
      return changed(target, wanted)
    },

    resize(context, replicas) {
      const { primary } = pair(context)
      return primary && kind.withSize ? changed(primary, kind.withSize(primary, replicas)) : []
    },

    goBack(context) {
      const read = readCopied(kind, context)
      if (!read.primary || read.revision === read.primaryRevision) return []
      const template = templateBehind(read, read.primary, context)
      return [{ ...read.target, spec: { ...read.target.spec, template } }]
    },

    protect: (context, budgets) => budgetsFor(readCopied(kind, context), context, budgets),

    restore(context) {
      const { target, primary } = pair(context)
      if (!target) return { write: [], remove: [] }
      const wanted = kind.givenBack(kind.asWritten(target), primary, context.sizing)
      return { write: changed(target, wanted), remove: [] }
    },
  }
}

function stateOf<T extends Templated>(
  kind: CopiedKind<T>,
  context: WorkloadContext,
): WorkloadState {
  const { canary } = context
  const read = readCopied(kind, context)
  const { found, target, primary } = read
  const { size } = kind
  return {
    facts: factsOf(read, canary, primary !== undefined && kind.isRolledOut(primary)),
    ...copiedReadiness(kind, read, context),
    revision: read.revision,
    primaryRevision: read.primaryRevision,
    generation: target.metadata.generation ?? 0,
    configs: read.checksums,
    ...(read.originalChecksums && { originalConfigs: read.originalChecksums }),
    images: target.spec.template.spec.containers.map(({ name, image = '' }) => ({
      container: name,
      primary: imageOf(primary, name),
      target: image,
    })),
    promoted: isPromoted(read, context, () => primaryObject(kind, read, context)),
    ...(isBehind(read, context) && { copyIsBehind: true }),
    serving: {
      target: kind.isServing(found),
      primary: primary !== undefined && kind.isServing(primary),
    },
    atRest: {
      target: kind.rests(found),
      primary: primary !== undefined && kind.rests(primary),
    },
    ...(size && { sizes: { target: size(target), primary: primary ? size(primary) : 0 } }),
    warnings: warningsOf(kind, read, canary),
  }
}

/** What an earlier canary of this name left, to be taken over as it is. */
function leftOvers<T extends Templated>(
  kind: CopiedKind<T>,
  read: CopiedRead<T>,
  context: WorkloadContext,
): KubeObject[] {
  const { canary } = context
  const { primary } = read
  if (!primary) return []
  // Then one that can't serve comes back better once it is removed.
  const isServing = () => copiedReadiness(kind, read, context).primary.state === 'ready'
  if (isNew(canary.status.phase ?? '') && !isServing()) return []
  return [primary, ...copiesThere(read, context)].filter((one) => isLeftOver(one, canary))
}

function warningsOf<T extends Templated>(
  kind: CopiedKind<T>,
  { identity, target }: CopiedRead<T>,
  canary: Canary,
): string[] {
  const { containers, initContainers = [] } = target.spec.template.spec
  const all = [...containers, ...initContainers]
  const name = `${target.kind.toLowerCase()} ${target.metadata.name}`
  const port = unknownPort(all, canary.spec.service ?? {}, name)
  const ofKind = kind.warning?.(target)
  return [
    ...(ofKind === undefined ? [] : [`${name}.${canary.namespace} ${ofKind}`]),
    ...(identity.warning === undefined ? [] : [identity.warning]),
    ...(port === undefined ? [] : [port]),
  ]
}

function imageOf(found: Templated | undefined, container: string): string | undefined {
  return found?.spec.template.spec.containers.find(({ name }) => name === container)?.image
}

function changed<T extends Templated>(found: T, wanted: T): T[] {
  return sameContent(found, wanted) ? [] : [wanted]
}

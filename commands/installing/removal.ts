/** What goes with a controller, and how people are asked for that. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { UsageError } from '../../src/errors.ts'
import type { KubeObject } from '../../src/objects.ts'
import { clean } from '../output/clean.ts'
import { exits, Failure } from '../shell/failure.ts'
import { askFor } from '../shell/prompt.ts'
import type { Session } from '../shell/session.ts'
import { planLines } from './plan.ts'

/** A line for each object that goes. */
export function removalLines(objects: readonly KubeObject[]): string[] {
  const steps = objects.map((object) => ({ action: 'keep' as const, object }))
  return planLines(steps).map((line) => line.replace('  = ', '  - '))
}

/** A line for each Canary that goes with its definition, with the primary that it owns. */
export function lossLines(canaries: readonly CanaryResource[]): string[] {
  return canaries.map(({ metadata, spec }) => {
    const { kind = 'Deployment', name = metadata.name } = spec?.targetRef ?? {}
    const primary = `${kind.toLowerCase()} ${clean(name)}-primary, which serves its users`
    const where = `namespace ${clean(metadata.namespace ?? '')}`
    return `  - canary.flagger.app/${clean(metadata.name)}   ${where}   with ${primary}`
  })
}

/** Throws UsageError where it is another context that is meant. */
export function checkContext(expected: string | undefined, { context }: Session): void {
  if (expected === undefined || expected === context) return
  const actual = context === undefined ? 'there is none here' : `this is ${context}`
  throw new UsageError(`--context-is=${expected}: ${actual}`)
}

/** With its namespace a Canary would go that was to stay. Throws a Failure for it. */
export function refuseSharedNamespace(
  objects: readonly KubeObject[],
  canaries: readonly CanaryResource[],
): void {
  const name = objects.find(({ kind }) => kind === 'Namespace')?.metadata.name
  const inside = canaries.find(({ metadata }) => metadata.namespace === name)
  if (name === undefined || !inside) return
  throw new Failure(
    `error: canary ${inside.metadata.name} is in namespace ${name}, and would go with it`,
    { exit: exits.error, hints: ['nothing was changed; leave out --keep-namespace=false'] },
  )
}

/** Those that a finalizer keeps until a controller has given their routes back, as one text. */
export function heldBack(canaries: readonly CanaryResource[]): string {
  return withFinalizers(canaries)
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
    .join(', ')
}

function withFinalizers(canaries: readonly CanaryResource[]): CanaryResource[] {
  return canaries.filter(({ metadata }) => (metadata.finalizers ?? []).length > 0)
}

/** Without a controller nobody takes a finalizer away, and the definitions would never be gone. */
export function refuseFinalizers(canaries: readonly CanaryResource[], { commands }: Session): void {
  const [first] = withFinalizers(canaries)
  if (!first) return
  const { namespace = '', name } = first.metadata
  const remove = commands.kubectl(namespace, 'delete', `canary/${name}`)
  throw new Failure(
    `error: the controller must give the routes of these canaries back first (revertOnDeletion): ${clean(heldBack(canaries))}`,
    { exit: exits.error, hints: [`delete them while it runs: ${remove}`, 'nothing was changed'] },
  )
}

/** Asks for the name of the context, for --yes alone is said too easily. Throws without it. */
export async function confirmLoss(
  lines: readonly string[],
  flags: { yes: boolean; 'context-is'?: string | undefined },
  session: Session,
): Promise<void> {
  const { context, terminal } = session
  if (flags['context-is'] !== undefined && flags.yes) return
  if (context === undefined || !terminal.canAsk)
    throw new Failure(
      'error: uninstall --delete-crds needs confirmation; pass --yes --context-is=NAME to run it without a terminal',
      { exit: exits.usage },
    )
  const answer = await askFor(
    lines,
    `To go on, type the name of the context (${context}): `,
    session,
  )
  if (answer !== context) throw new Failure('canceled', { exit: exits.error })
}

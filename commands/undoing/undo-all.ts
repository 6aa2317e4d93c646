/** Puts targets back: plans all of them, asks once, and writes one template after the other. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { KubeError } from '../../src/errors.ts'
import { refOf } from '../../src/objects.ts'
import { asHandled, handledCanary } from '../../src/report/as-handled.ts'
import { isTargetNamed, noTargetText } from '../../src/report/named-target.ts'
import { permitted } from '../../src/report/reading/permitted.ts'
import { readUndoFacts } from '../../src/report/reading/undo.ts'
import { imagesOf, planUndo, type UndoFacts, type UndoPlan } from '../../src/undo/plan.ts'
import { ownerOf } from '../changing/gitops.ts'
import { label } from '../following/task.ts'
import type { Found } from '../input/find-canaries.ts'
import { clean } from '../output/clean.ts'
import { type Format, reportsText } from '../output/formats.ts'
import { exitOfSeveral, exits, Failure, failureOf } from '../shell/failure.ts'
import { tellFailures } from '../shell/failures.ts'
import { confirmAs } from '../shell/prompt.ts'
import { readerOf } from '../shell/reader.ts'
import type { Session } from '../shell/session.ts'
import { note } from '../shell/terminal.ts'
import { skipNextRun } from './skip-next-run.ts'

export interface UndoOptions {
  toRevision: number | undefined
  skipsRun: boolean
  fieldManager: string
  dryRun: string
  yes: boolean
  reason: string | undefined
  single: boolean
  format: Format
}

interface Planned {
  facts: UndoFacts
  plan: Exclude<UndoPlan, { kind: 'no' }>
}

type Result = { planned: Planned; failure?: undefined } | { failure: Failure }

/** Answers the exit code. */
export async function undoAll(
  found: readonly Found[],
  session: Session,
  options: UndoOptions,
): Promise<number> {
  const planned = await Promise.all(found.map((one) => planOne(one, session, options)))
  const going = planned.flatMap((one) =>
    one.failure === undefined && one.planned.plan.kind === 'go' ? [one.planned] : [],
  )
  if (going.length > 0 && !options.yes && options.dryRun === 'none')
    await confirmAs('undo', promptLines(going, session, options), 'Undo?', session)
  const results = await Promise.all(
    planned.map((one) => (one.failure ? one : carryOut(one.planned, session, options))),
  )
  await print(results, session, options)
  return exitOfSeveral(results.map(({ failure }) => failure?.exit ?? exits.done))
}

async function planOne(
  { resource, failure }: Found,
  session: Session,
  { toRevision }: UndoOptions,
): Promise<Result> {
  if (!resource) return { failure }
  const mayRead = permitted(readerOf(session))
  const read = await readUndoFacts(asHandled(resource), mayRead)
  if (!read) return { failure: noTarget(resource, mayRead.denied, session) }
  const facts = { ...read, toRevision }
  const plan = planUndo(facts)
  if (plan.kind !== 'no') return { planned: { facts, plan } }
  const { commands } = session
  const text = `error: ${commands.name(resource.metadata)} cannot be undone: ${clean(plan.why)}`
  return { failure: new Failure(text, { exit: exits.rejected, hints: plan.hints }) }
}

function noTarget(
  resource: CanaryResource,
  denied: ReadonlySet<string>,
  { commands }: Session,
): Failure {
  const canary = handledCanary(resource)
  const { kind, name } = canary.spec.targetRef
  const target = `${kind.toLowerCase()}/${clean(name)}`
  const why = !isTargetNamed(canary)
    ? noTargetText
    : denied.has(kind)
      ? `you may not read ${target}`
      : `${target} is missing, or has no pod template`
  const text = `error: ${commands.name(resource.metadata)} cannot be undone: ${why}`
  return new Failure(text, { exit: denied.has(kind) ? exits.error : exits.rejected })
}

function promptLines(
  going: readonly Planned[],
  { context }: Session,
  { skipsRun }: UndoOptions,
): string[] {
  const where = context ? ` in context ${clean(context)}` : ''
  return going.flatMap(({ facts, plan }) => {
    if (plan.kind !== 'go') return []
    const { canary, target } = facts
    const owner = ownerOf(target.metadata)
    const change = `${imagesOf(target.spec.template)} -> ${imagesOf(plan.template)}`
    return [
      `Undo ${label(canary)}${where}?`,
      `  ${nameOf(facts)}: ${clean(change)} (${plan.what})`,
      `  ${runText(plan, skipsRun)}`,
      ...(owner ? [`  managed by ${clean(owner)}, which will bring the new version back`] : []),
    ]
  })
}

function runText({ startsRun }: Extract<UndoPlan, { kind: 'go' }>, skipsRun: boolean): string {
  if (skipsRun) return 'it is promoted without checks'
  if (startsRun === null) return 'it is not known whether a run follows'
  return startsRun ? 'a run follows, with all its checks' : 'no run follows'
}

function nameOf({ target }: UndoFacts): string {
  return `${target.kind.toLowerCase()}.apps/${clean(target.metadata.name)}`
}

async function carryOut(planned: Planned, session: Session, options: UndoOptions): Promise<Result> {
  const { facts, plan } = planned
  const { kube, signal } = session
  const { fieldManager, dryRun } = options
  if (plan.kind !== 'go' || dryRun === 'client') return { planned }
  const { target } = facts
  const { resourceVersion } = target.metadata
  try {
    if (options.skipsRun) await skipNextRun(facts.canary, session, options)
    await kube.patch(
      refOf(target),
      [
        // What was shown is what is replaced.
        { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
        { op: 'replace', path: '/spec/template', value: plan.template },
      ],
      { type: 'json', fieldManager, dryRun: dryRun === 'server', signal },
    )
    return { planned }
  } catch (error) {
    if (error instanceof Failure) return { failure: error }
    if (error instanceof KubeError && error.status > 0) return { failure: failureOf(error) }
    throw error
  }
}

const endings: Record<string, string | undefined> = {
  client: ' (dry run)',
  server: ' (server dry run)',
}

async function print(
  results: readonly Result[],
  session: Session,
  { format, single, dryRun }: UndoOptions,
): Promise<void> {
  const { terminal } = session
  const done = results.flatMap((one) => (one.failure ? [] : [one.planned]))
  if (format.kind === 'text')
    for (const { facts, plan } of done) {
      const images = clean(
        imagesOf(plan.kind === 'go' ? plan.template : facts.target.spec.template),
      )
      const said =
        plan.kind === 'go'
          ? `set back to ${images} (${plan.what})${endings[dryRun] ?? ''}`
          : `unchanged (${plan.why}: ${images})`
      terminal.out(`${nameOf(facts)} ${said}\n`)
      const owner = plan.kind === 'go' ? ownerOf(facts.target.metadata) : undefined
      if (owner) note(terminal, `${owner} manages it, and will bring the new version back`)
    }
  else if (done.length > 0)
    terminal.out(
      await reportsText(
        format,
        done.map((one) => actionOf(one, dryRun)),
        single,
      ),
    )
  tellFailures(
    results.flatMap(({ failure }) => failure ?? []),
    terminal,
  )
}

/** `CanaryAction`: as of the changing verbs, without a request. */
function actionOf({ facts, plan }: Planned, dryRun: string) {
  const { name, namespace, metadata, status } = facts.canary
  const dry = dryRun === 'client' ? 'dry-run' : 'server-dry-run'
  const accepted = dryRun === 'none' ? 'accepted' : dry
  return {
    apiVersion: 'cli.canary/v1',
    kind: 'CanaryAction',
    message: plan.kind === 'go' ? `set back to ${plan.what}` : plan.why,
    metadata: { name, namespace, uid: metadata.uid },
    mode: null,
    outcome: plan.kind === 'go' ? accepted : 'unchanged',
    phaseBefore: status.phase ?? '',
    request: null,
    verb: 'undo',
    via: 'template',
  }
}

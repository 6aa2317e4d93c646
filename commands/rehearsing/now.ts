/** Asks what a run would ask, once and now: metrics, and if wished hooks and receivers of alerts. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { type Canary, parseCanary } from '../../src/canary/canary.ts'
import { isRunning } from '../../src/canary/phases.ts'
import { InvalidSpecError, UsageError } from '../../src/errors.ts'
import { type ControllerDeployment, usualNamespace } from '../../src/installation/objects.ts'
import { asHandled } from '../../src/report/as-handled.ts'
import { asUnread, unreadText } from '../../src/report/unread.ts'
import { choose } from '../input/choose.ts'
import type { Selection } from '../input/selection.ts'
import { controllersIn, unseen } from '../installing/plan.ts'
import { clean } from '../output/clean.ts'
import { confirmAs } from '../shell/prompt.ts'
import type { Session } from '../shell/session.ts'
import { note } from '../shell/terminal.ts'
import { alerted, callable, called } from './calls.ts'
import type { NowFlags } from './flags.ts'
import { asPrimary, checksOf, findOf, measured } from './measure.ts'
import { answererOf, withOutside } from './outside.ts'
import type { Probe } from './probe.ts'

export interface Asked {
  canary: Canary
  probes: Probe[]
  /** Sentences on what was asked of whom. */
  notes: string[]
}

/** Throws UsageError for a metric that is not there, and a Failure where it is not confirmed. */
export async function askNow(
  selection: Selection,
  flags: NowFlags,
  session: Session,
): Promise<Asked> {
  const resource = await oneOf(selection, session)
  const { settings } = asHandled(resource)
  const { canary, notes } = await measurable(resource, flags, session)
  const names = (flags.check ?? '').split(',').filter((name) => name !== '')
  const find = await findOf(canary, session)
  const checks = checksOf(canary, names, { find, now: session.clock.now() })
  await confirmCalls(canary, flags, session)
  const home = settings.lease?.split('/')[0] ?? canary.namespace
  const probes = await withOutside(session, home, async (send) => [
    ...(await measured(checks, answererOf(send, session), session)),
    ...(flags.hooks ? await called(canary, send, session) : []),
    ...(flags.alerts ? await alerted(canary, send, session) : []),
  ])
  return { canary, probes, notes: [...notes, ...absences(canary, flags)] }
}

function absences(canary: Canary, { hooks, alerts }: NowFlags): string[] {
  return [
    ...(hooks && callable(canary).length === 0 ? ['it has no hook with an address'] : []),
    ...(alerts && canary.analysis.alerts.length === 0 ? ['it has no alerts'] : []),
  ]
}

async function oneOf(selection: Selection, session: Session): Promise<CanaryResource> {
  const found = await choose(selection, session)
  const [failure] = found.flatMap((one) => one.failure ?? [])
  if (failure) throw failure
  const [first, ...more] = found.flatMap(({ resource }) => resource ?? [])
  if (!first) throw new UsageError('no Canary found: name one')
  if (more.length === 0) return first
  throw new UsageError(`one Canary is asked for at a time, and there are ${more.length + 1}`)
}

/** The Canary whose queries are put: of the workload that is to be measured. */
async function measurable(
  resource: CanaryResource,
  flags: NowFlags,
  session: Session,
): Promise<{ canary: Canary; notes: string[] }> {
  const { against, prometheus } = flags
  const { canary: own, settings, problems } = asHandled(resource)
  const [problem] = problems
  if (problem !== undefined) throw new InvalidSpecError(problem)
  const isOn = isRunning(own.status.phase ?? '')
  const whom = against ?? (isOn ? 'canary' : 'primary')
  const measured = whom === 'primary' ? asPrimary(resource, own) : resource
  const server =
    prometheus ?? own.spec.metricsServer ?? (await serverOfController(session, settings.lease))
  const { canary } = parseCanary(measured, {
    meshProvider: settings.provider ?? own.provider,
    metricsServer: server ?? '',
  })
  const isUnknown =
    server === undefined && canary.analysis.metrics.some(({ templateRef }) => !templateRef)
  const isForCalls = (flags.hooks || flags.alerts) && !flags.now && flags.check === undefined
  if (isUnknown && !isForCalls)
    throw new UsageError(
      'the metrics server is not known here: name it with --prometheus=URL, as seen from here',
    )
  const notes = against === undefined && !isOn ? [idle] : []
  if (isUnknown) return { canary: withoutOwn(canary), notes: [unasked] }
  return {
    canary: prometheus === undefined ? canary : { ...canary, metricsServer: prometheus },
    notes,
  }
}

/** Without the metrics of a server that is not known. */
function withoutOwn(canary: Canary): Canary {
  const metrics = canary.analysis.metrics.filter(({ templateRef }) => templateRef)
  return { ...canary, analysis: { ...canary.analysis, metrics } }
}

const unasked =
  'the metrics server is not known here, and its metrics are not asked: --prometheus=URL'
const idle = 'no run is under way: the primary is measured (--against=canary asks for the canary)'

/** As the flags of the controller say, where its Deployment may be read. */
async function serverOfController(
  session: Session,
  lease: string | undefined,
): Promise<string | undefined> {
  const home = lease?.split('/')[0]
  try {
    const { controllers } = await controllersIn(home ?? usualNamespace, session)
    const found = controllers.find(
      ({ metadata }) => home === undefined || metadata.namespace === home,
    )
    return found && argumentOf(found, 'metrics-server')
  } catch (error) {
    // It is one of two ways to know the server: the other is the flag.
    note(session.terminal, unreadText(asUnread(error, unseen)))
    return undefined
  }
}

function argumentOf({ spec }: ControllerDeployment, name: string): string | undefined {
  const [container] = spec.template.spec.containers
  const args = [...(container?.command ?? []), ...(container?.args ?? [])]
  const pattern = new RegExp(`^--?${name}=(.+)$`)
  return args.map((arg) => pattern.exec(arg)?.[1]).find(Boolean)
}

async function confirmCalls(canary: Canary, flags: NowFlags, session: Session): Promise<void> {
  const hooks = flags.hooks ? callable(canary).map(({ name, url }) => `hook ${name}: ${url}`) : []
  const alerts = flags.alerts
    ? canary.analysis.alerts.map(({ name }) => `alert ${name}: a message marked TEST`)
    : []
  const lines = [...hooks, ...alerts].map((line) => `  ${clean(line)}`)
  if (lines.length === 0 || flags.yes) return
  const head = `Call these for ${clean(canary.label)}? Hooks may start a load or open gates.`
  await confirmAs('calling hooks and receivers of alerts', [head, ...lines], 'Call?', session)
}

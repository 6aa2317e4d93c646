/** Opens and closes gates: by annotation, or by the load tester where Flagger is the controller. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { gateAnnotation } from '../../src/canary/gates.ts'
import { controllerOf } from '../../src/canary/names/controller-identity.ts'
import { KubeError } from '../../src/errors.ts'
import { refOf } from '../../src/objects.ts'
import { handledCanary } from '../../src/report/as-handled.ts'
import { type GateReport, gatesOf, loadTesterPath } from '../../src/report/gates/list.ts'
import { proxyPath, type ServiceAddress, serviceAddress } from '../../src/service-host.ts'
import { label } from '../following/task.ts'
import type { Found } from '../input/find-canaries.ts'
import { isService } from '../input/services.ts'
import { clean } from '../output/clean.ts'
import { type Format, reportsText } from '../output/formats.ts'
import { exitOfSeveral, exits, Failure, failureOf } from '../shell/failure.ts'
import { tellFailures } from '../shell/failures.ts'
import { confirmAs } from '../shell/prompt.ts'
import type { Session } from '../shell/session.ts'
import { note } from '../shell/terminal.ts'

export interface GateChange {
  to: 'open' | 'close' | 'clear'
  /** As the Canary names it. */
  gate: string
  fieldManager: string
  dryRun: string
  yes: boolean
  format: Format
  single: boolean
}

interface Result {
  resource?: CanaryResource
  said?: string
  failure?: Failure | undefined
}

/** Answers the exit code; several canaries are asked for first. */
export async function changeGates(
  found: readonly Found[],
  session: Session,
  change: GateChange,
): Promise<number> {
  const { terminal, commands } = session
  const resources = found.flatMap(({ resource }) => resource ?? [])
  const isSure = change.yes || change.dryRun !== 'none'
  if (!isSure && resources.length > 1) {
    const lines = [`${change.to} the gate "${clean(change.gate)}" of:`]
    const names = resources.map((one) => `  ${label(handledCanary(one))}`)
    await confirmAs('gate', [...lines, ...names], 'Go on?', session)
  }
  const results = await Promise.all(found.map((one) => changeOne(one, session, change)))
  const done = results.flatMap(({ resource, said }) => (resource ? [{ resource, said }] : []))
  if (change.format.kind === 'text')
    for (const { resource, said } of done)
      terminal.out(`${commands.name(resource.metadata)} ${said}\n`)
  else {
    const reports = done.map(({ resource }) => gatesOf(handledCanary(resource)))
    terminal.out(await reportsText(change.format, reports, change.single))
  }
  tellFailures(
    results.flatMap(({ failure }) => failure ?? []),
    terminal,
  )
  return exitOfSeveral(results.map(({ failure }) => failure?.exit ?? exits.done))
}

async function changeOne(found: Found, session: Session, change: GateChange): Promise<Result> {
  const { resource, failure } = found
  if (!resource) return { failure }
  try {
    return await sent(resource, session, change)
  } catch (error) {
    if (error instanceof Failure) return { failure: error }
    if (error instanceof KubeError && error.status > 0) return { failure: failureOf(error) }
    throw error
  }
}

async function sent(
  resource: CanaryResource,
  session: Session,
  change: GateChange,
): Promise<Result> {
  const canary = handledCanary(resource)
  const name = session.commands.name(resource.metadata)
  const { gates } = gatesOf(canary)
  const gate = gates.find((one) => one.name === change.gate)
  if (!gate) {
    const known = gates.map((one) => `"${clean(one.name)}"`).join(', ')
    const text = `error: ${name} has no gate "${clean(change.gate)}"`
    const hints = [known ? `there are: ${known}` : 'it has no gates']
    throw new Failure(text, { exit: exits.rejected, hints })
  }
  const controller = controllerOf(canary)
  if (controller.upstream)
    return { resource, said: await byLoadTester(resource, gate, session, change) }
  if (controller.upstream === null)
    note(session.terminal, `it is not known which controller handles ${label(canary)}`)
  return byAnnotation(resource, session, change)
}

const values = { open: 'open', close: 'closed', clear: null } as const
const words = { open: 'open', close: 'closed', clear: 'answered by its hook again' } as const

async function byAnnotation(
  resource: CanaryResource,
  { kube, signal }: Session,
  change: GateChange,
): Promise<Result> {
  const { to, gate, dryRun, fieldManager } = change
  const annotations = { [gateAnnotation(gate)]: values[to] }
  const said = `gate "${clean(gate)}" ${words[to]}${dryText(dryRun)}`
  if (dryRun === 'client') return { resource, said }
  const how = { type: 'merge', fieldManager, dryRun: dryRun === 'server', signal } as const
  const patch = { metadata: { annotations } }
  const patched = await kube.patch<CanaryResource>(refOf(resource), patch, how)
  return { resource: patched, said }
}

function dryText(dryRun: string): string {
  return dryRun === 'none' ? '' : ` (${dryRun === 'server' ? 'server ' : ''}dry run)`
}

async function serviceBehind(
  url: string,
  namespace: string,
  session: Session,
): Promise<ServiceAddress | undefined> {
  const found = serviceAddress(url, namespace)
  return found && (await isService(found, session)) === false ? undefined : found
}

/** The service answers for every Canary of that name, which it is told in the body. */
async function byLoadTester(
  { metadata }: CanaryResource,
  { name, url }: GateReport,
  session: Session,
  { to, dryRun }: GateChange,
): Promise<string> {
  const { kube, signal, commands } = session
  const { namespace = '' } = metadata
  const address = url === null ? undefined : await serviceBehind(url, namespace, session)
  const path = to === 'clear' || url === null ? undefined : loadTesterPath(url, values[to])
  if (!address || !path)
    throw new Failure(
      `error: ${commands.name(metadata)} is handled by Flagger, which reads no annotations, and the gate "${clean(name)}" is none of its load tester`,
      { exit: exits.rejected, hints: url === null ? [] : [`who answers it: ${clean(url)}`] },
    )
  const body = { name: metadata.name, namespace }
  if (dryRun === 'none') await kube.raw('POST', proxyPath({ ...address, path }), body, signal)
  return `gate "${clean(name)}" ${words[to]} (by ${address.namespace}/${address.service})${dryText(dryRun)}`
}

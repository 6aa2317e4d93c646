import { setTimeout as wait } from 'node:timers/promises'
import type { KubeObject } from '../../src/objects.ts'
import type { Api } from '../cluster/control-plane/api.ts'
import type { Processes } from '../cluster/control-plane/processes.ts'
import type { Seen } from './compile.ts'
import { kindNameOf, pathOf, scenarioKind } from './kinds.ts'
import type { Scenario, Step } from './recording.ts'
import type { World } from './stub.ts'

/** What the steps of one run work on. */
export interface Run {
  api: Api
  namespace: string
  scenario: Scenario
  world: World
  /** What the watches have seen so far. */
  seen: readonly Seen[]
  /** The controller's process. */
  processes: Processes
  timeoutSeconds: number
  /** Seconds to sleep for a step that says so many. */
  sleepSeconds: (seconds: number) => number
}

/** Does one step, or waits for it. Rejects when the controller ends or the time is over. */
export async function doStep(run: Run, step: Step): Promise<void> {
  const { api, namespace, scenario, world } = run
  const path = (kind: string, name: string) => pathOf(kind, namespace, name)
  if ('phase' in step) {
    await until(run, `phase ${step.phase}`, async () => (await phaseOf(run)) === step.phase, step)
  } else if ('event' in step) {
    await until(run, `event ${step.event}`, async () => hasEvent(run, step.event), step)
  } else if ('gone' in step) {
    const { kind, name } = step.gone
    await until(run, `${kind} ${name} gone`, async () => !(await api.find(path(kind, name))))
  } else if ('patch' in step) {
    const { kind, name, subresource, type = 'application/merge-patch+json', body } = step.patch
    const suffix = subresource ? `/${subresource}` : ''
    await api.request('PATCH', path(kind, name) + suffix, body, type)
  } else if ('image' in step) {
    const containers = [{ name: 'podinfod', image: step.image }]
    const target = path(scenario.targetKind ?? 'Deployment', scenario.target ?? 'podinfo')
    const body = { spec: { template: { spec: { containers } } } }
    await api.request('PATCH', target, body, 'application/strategic-merge-patch+json')
  } else if ('apply' in step) await create(run, step.apply)
  else if ('delete' in step) await api.request('DELETE', path(step.delete.kind, step.delete.name))
  else if ('metrics' in step) world.metrics = step.metrics
  else if ('hooks' in step) world.hooks = { ...world.hooks, ...step.hooks }
  else await wait(run.sleepSeconds(step.sleep) * 1000)
}

/** Creates an object in the run's namespace. */
export async function create({ api, namespace }: Run, object: KubeObject): Promise<void> {
  const kindName = kindNameOf(object)
  const { clusterScoped } = scenarioKind(kindName)
  const metadata = clusterScoped ? object.metadata : { ...object.metadata, namespace }
  await api.request('POST', pathOf(kindName, namespace), { ...object, metadata })
}

async function phaseOf({ api, namespace, scenario }: Run): Promise<string | undefined> {
  const name = scenario.objects.find(({ kind }) => kind === 'Canary')?.metadata.name
  const canary = await api.find<{ status?: { phase?: string } }>(
    pathOf('Canary', namespace, name ?? 'podinfo'),
  )
  return canary?.status?.phase
}

function hasEvent({ seen }: Run, pattern: string): boolean {
  const expression = new RegExp(pattern)
  return seen.some(
    ({ kindName, object }) =>
      kindName === 'Event' && 'message' in object && expression.test(String(object.message)),
  )
}

async function until(
  { processes, timeoutSeconds }: Run,
  what: string,
  isDone: () => Promise<boolean>,
  { timeout = timeoutSeconds }: { timeout?: number } = {},
): Promise<void> {
  const end = performance.now() + timeout * 1000
  while (!(await isDone())) {
    if (performance.now() > end) throw new Error(`timed out waiting for ${what}`)
    processes.check()
    await wait(100)
  }
}

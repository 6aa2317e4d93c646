import { setTimeout as wait } from 'node:timers/promises'
import type { KubeObject } from '../../src/objects.ts'
import type { Api } from '../cluster/control-plane/api.ts'
import type { Processes } from '../cluster/control-plane/processes.ts'
import type { Seen } from './compile.ts'
import { misses } from './expectation.ts'
import { kindNameOf, pathOf, scenarioKind } from './kinds.ts'
import type { Expected, Scenario, Step } from './recording.ts'
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
  controller: ControllerProcess
  /** The resourceVersion from which on the next expectation may be met. */
  from: number
}

/** Ends the controller without a warning, and starts it again. */
export interface ControllerProcess {
  kill(): Promise<void>
  /** `flags` come last, so that they win. */
  start(flags?: readonly string[]): Promise<void>
}

/** Short, so that the sleeps that follow begin where they should. */
const pollMs = 25

/** Does one step, or waits for it. Rejects when the controller ends or the time is over. */
export async function doStep(run: Run, step: Step): Promise<void> {
  if ('expect' in step) return expectAll(run, [step.expect].flat(), step)
  await doPlainStep(run, step)
  // A run does not wait for those who kill its controller: it may be further than they think.
  if (!('controller' in step)) await beginHere(run)
}

async function doPlainStep(run: Run, step: Exclude<Step, { expect: unknown }>): Promise<void> {
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
  else if ('request' in step) await annotate(run, step.request)
  else if ('controller' in step)
    await (step.controller === 'kill' ? run.controller.kill() : run.controller.start(step.flags))
  else if ('metrics' in step) world.metrics = step.metrics
  else if ('hooks' in step) world.hooks = { ...world.hooks, ...step.hooks }
  else await sleep(run, step)
}

async function sleep(run: Run, { sleep: seconds, changes }: Extract<Step, { sleep: number }>) {
  const end = performance.now() + seconds * 1000
  for (let left = seconds * 1000; left > 0; left = end - performance.now()) {
    if (changes !== undefined && changesOf(run) >= changes) return
    await wait(changes === undefined ? left : Math.min(left, pollMs))
  }
}

/** How often the numbers of the Canary changed since the last step. */
function changesOf({ seen, from, scenario }: Run): number {
  const name = canaryName(scenario)
  const states = seen
    .filter(({ kindName, object }) => kindName === 'Canary' && object.metadata.name === name)
    .filter(({ object }) => versionOf(object) >= from)
    .map(({ object }) => {
      const { status } = object as KubeObject & { status?: Record<string, unknown> }
      const { phase, canaryWeight, iterations, failedChecks } = status ?? {}
      return JSON.stringify([phase, canaryWeight, iterations, failedChecks])
    })
  return states.filter((state, at) => at > 0 && state !== states[at - 1]).length
}

/**
 * Waits until every object is as expected, or was so since the last step: a state may be over
 * before anybody asks for it. Says at the end what still was not.
 */
async function expectAll(
  run: Run,
  wanted: readonly Expected[],
  { timeout = run.timeoutSeconds }: { timeout?: number },
): Promise<void> {
  let missed: string[] = []
  const isMet = async () => {
    const found = await Promise.all(wanted.map((want) => search(run, want)))
    missed = found.flatMap((one) => one.missed)
    const isComplete = missed.length === 0
    if (isComplete) run.from = Math.max(run.from, ...found.map(({ version }) => version))
    return isComplete
  }
  try {
    await until(run, 'the expected objects', isMet, { timeout })
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}: ${missed.join('; ')}`)
  }
}

/** The first state that is as expected, or what the object lacks now. */
async function search(
  { api, namespace, seen, from }: Run,
  want: Expected,
): Promise<{ missed: string[]; version: number }> {
  const { kind, name, absent } = want
  const states = absent
    ? []
    : seen.filter(({ type, kindName }) => type !== 'DELETED' && kindName === kind)
  const earlier = states
    .map(({ object }) => object)
    .filter((object) => object.metadata.name === name && versionOf(object) >= from)
    .find((object) => misses(want, object).length === 0)
  const object = earlier ?? (await api.find<KubeObject>(pathOf(kind, namespace, name)))
  // Only the Canary's states follow each other as the steps do.
  const version = object && kind === 'Canary' ? versionOf(object) : 0
  return { missed: misses(want, object), version }
}

function versionOf({ metadata }: KubeObject): number {
  return Number(metadata.resourceVersion)
}

/** What comes from here on counts for the next expectation. */
async function beginHere(run: Run): Promise<void> {
  const path = pathOf('Canary', run.namespace, canaryName(run.scenario))
  const canary = await run.api.find<KubeObject>(path)
  if (canary) run.from = versionOf(canary)
}

/** Asks by annotation, as a person would: a word, or fields that are written as JSON. */
async function annotate(run: Run, asked: Record<string, unknown>): Promise<void> {
  const entries = Object.entries(asked).map(([verb, value]) => [
    `flagger.app/${verb}`,
    value === null || typeof value === 'string' ? value : JSON.stringify(value),
  ])
  const path = pathOf('Canary', run.namespace, canaryName(run.scenario))
  const body = { metadata: { annotations: Object.fromEntries(entries) } }
  await run.api.request('PATCH', path, body, 'application/merge-patch+json')
}

/** Creates an object in the run's namespace. */
export async function create({ api, namespace }: Run, object: KubeObject): Promise<void> {
  const kindName = kindNameOf(object)
  const { clusterScoped } = scenarioKind(kindName)
  const metadata = clusterScoped ? object.metadata : { ...object.metadata, namespace }
  await api.request('POST', pathOf(kindName, namespace), { ...object, metadata })
}

function canaryName({ objects }: Scenario): string {
  return objects.find(({ kind }) => kind === 'Canary')?.metadata.name ?? 'podinfo'
}

async function phaseOf({ api, namespace, scenario }: Run): Promise<string | undefined> {
  const path = pathOf('Canary', namespace, canaryName(scenario))
  const canary = await api.find<{ status?: { phase?: string } }>(path)
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
    await wait(pollMs)
  }
}

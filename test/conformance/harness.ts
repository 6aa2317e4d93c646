import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ApiError, connect } from '../cluster/control-plane/api.ts'
import { freePorts } from '../cluster/control-plane/ports.ts'
import { type Processes, startProcesses } from '../cluster/control-plane/processes.ts'
import { installCrds, ownCrds } from '../cluster/crds.ts'
import { compileRequests, compileStates, hideCookies, type Seen } from './compile.ts'
import { hurried } from './fast.ts'
import { pathOf, scenarioKind } from './kinds.ts'
import { permissiveCrds } from './permissive-crds.ts'
import type { Recording, Scenario } from './recording.ts'
import { type ControllerProcess, create, doStep, type Run } from './steps.ts'
import { type Measured, startStub, type World } from './stub.ts'

export interface HarnessOptions {
  /** The path of a kubeconfig that may do everything; any API server will do. */
  kubeconfig: string
  /** The path of the kubeconfig that the controller gets; the same one where absent. */
  controllerKubeconfig?: string
  /** The program of the controller and its first arguments. The harness adds Flagger's flags. */
  command: readonly string[]
  /** Where `<scenario>/controller.log` goes. */
  logFolder: string
  /** Seconds to wait for one step; 240 where absent. */
  timeoutSeconds?: number
  /** Run at an analysis interval of 1 s, for a controller with `-minimum-analysis-interval`. */
  fast?: boolean
  /** Answers queries by what users receive; absent where the scenario says what they come to. */
  measuredBy?: (of: { scenario: Scenario; namespace: string; world: World }) => Measured
  /** Milliseconds after the last step that still belong to the recording; 3,000 where absent. */
  settleMs?: number
}

const alwaysWatched = [
  'Canary',
  'Deployment',
  'DaemonSet',
  'StatefulSet',
  'Service',
  'ConfigMap',
  'Secret',
  'HorizontalPodAutoscaler',
  'Ingress',
  'Event',
  'ScaledObject',
]

/** What follows the last awaited state, such as an alert, belongs to the recording too. */
const defaultSettleMs = 3_000
const startSeconds = 90

/** Installs what scenarios need: the project's definitions, and the providers' where missing. */
export async function prepareCluster(kubeconfig: string): Promise<void> {
  const api = await connect(kubeconfig)
  try {
    await installCrds(api, await ownCrds())
    await installCrds(api, permissiveCrds, { keepExisting: true })
  } finally {
    api.close()
  }
}

/**
 * Runs one controller through one scenario, in a namespace of its own, and gives the recording of
 * what it did. A step that fails ends the run and is the recording's `error`; it rejects only when
 * the scenario cannot be set up. No process and no server is left behind.
 */
export async function runScenario(scenario: Scenario, options: HarnessOptions): Promise<Recording> {
  const api = await connect(options.kubeconfig)
  const world: World = { metrics: scenario.metrics ?? {}, hooks: scenario.hooks ?? {} }
  const namespace = `g-${scenario.name.slice(0, 48)}-${randomBytes(3).toString('hex')}`
  const stub = await startStub(world, options.measuredBy?.({ scenario, namespace, world }))
  const substituted = substitute(scenario, { stub: stub.url, namespace })
  const folder = path.join(options.logFolder, scenario.name)
  await mkdir(folder, { recursive: true })
  const processes = startProcesses(folder)
  const watches = new AbortController()
  const seen: Seen[] = []
  const run: Run = {
    api,
    namespace,
    scenario: options.fast ? hurried(substituted) : substituted,
    world,
    seen,
    processes,
    timeoutSeconds: options.timeoutSeconds ?? 240,
    from: 0,
    controller: controllerOf(processes, (flags) =>
      command(run, options, { stub: stub.url, flags }),
    ),
  }
  try {
    await api.request('POST', '/api/v1/namespaces', { metadata: { name: namespace } })
    await watchAll(run, (change) => seen.push(change), watches.signal)
    for (const object of run.scenario.objects) await create(run, object)
    const started = performance.now()
    const error = await play(run, options)
    await processes.terminate('controller')
    const { name, about, provider, flags, ...inputs } = scenario
    return hideCookies({
      name,
      ...(about && { about }),
      provider,
      ...(flags && { flags }),
      ...(error && { error }),
      seconds: Math.round((performance.now() - started) / 1000),
      inputs,
      ...compileStates(seen, namespace),
      requests: compileRequests(stub.requests, { scenario: name, namespace, stub: stub.url }),
    })
  } finally {
    await processes.stop()
    watches.abort()
    await stub.close()
    await cleanUp(run).finally(api.close)
  }
}

/** Starts the controller and goes through the steps; gives what went wrong, if anything did. */
async function play(run: Run, { settleMs }: HarnessOptions): Promise<string | undefined> {
  try {
    await run.controller.start()
    for (const step of run.scenario.steps) await doStep(run, step)
    await wait(settleMs ?? defaultSettleMs)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

interface Command {
  program: string
  args: string[]
  env: Record<string, string> | undefined
  port: number
}

/** The controller's command line, on a free port. */
async function command(
  { scenario, namespace }: Run,
  options: HarnessOptions,
  { stub, flags: more }: { stub: string; flags: readonly string[] },
): Promise<Command> {
  const [program = '', ...args] = options.command
  const [port = 0] = await freePorts(1)
  const flags = [
    `-kubeconfig=${options.controllerKubeconfig ?? options.kubeconfig}`,
    `-mesh-provider=${scenario.provider}`,
    `-metrics-server=${stub}`,
    `-port=${port}`,
    '-control-loop-interval=1s',
    `-namespace=${namespace}`,
    ...(options.fast ? ['-minimum-analysis-interval=1s', '-allowed-addresses=127.0.0.0/8'] : []),
    ...(scenario.flags ?? []),
    ...more,
  ]
  return { program, args: [...args, ...flags], env: scenario.env, port }
}

function controllerOf(
  processes: Processes,
  next: (flags: readonly string[]) => Promise<Command>,
): ControllerProcess {
  let pid = 0
  async function begin(flags: readonly string[]): Promise<void> {
    const { program, args, env, port } = await next(flags)
    pid = await processes.start('controller', program, args, env)
    await ready(`http://127.0.0.1:${port}/readyz`, processes)
  }
  return {
    async start(flags = []) {
      for (let triesLeft = 3; ; triesLeft--)
        try {
          return await begin(flags)
        } catch (error) {
          // Another process was quicker to take the port.
          if (triesLeft === 0 || !String(error).includes('EADDRINUSE')) throw error
        }
    },
    async kill() {
      process.kill(pid, 'SIGKILL')
      await processes.ended('controller')
    },
  }
}

/** Waits until the controller works, so that the first step does not meet a process that starts. */
async function ready(url: string, processes: Processes): Promise<void> {
  const end = performance.now() + startSeconds * 1000
  while (!(await isReady(url))) {
    processes.check()
    if (performance.now() > end) throw new Error(`the controller did not get ready at ${url}`)
    await wait(25)
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const { ok, status } = await fetch(url)
    // A controller that has no such page, as Flagger, works once it listens.
    return ok || status === 404
  } catch {
    // Nobody listens yet.
    return false
  }
}

/** Watches every kind that counts, and resolves when all of the watches are open. */
async function watchAll(
  { api, namespace, scenario }: Run,
  onChange: (change: Seen) => void,
  signal: AbortSignal,
): Promise<void> {
  const kindNames = [...new Set([...alwaysWatched, ...(scenario.kinds ?? [])])]
  const opened = kindNames.map((kindName) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { clusterScoped } = scenarioKind(kindName)
    void api.watch(pathOf(kindName, namespace), {
      signal,
      onOpen: resolve,
      onEvent: ({ type, object }) => {
        if (!clusterScoped || JSON.stringify(object).includes(namespace))
          onChange({ kindName, type, object })
      },
    })
    return promise
  })
  // A server that sends the head of its answer with the first change never says that it is open.
  await Promise.race([Promise.all(opened), wait(2_000)])
}

function substitute(scenario: Scenario, by: { stub: string; namespace: string }): Scenario {
  const text = JSON.stringify(scenario)
  return JSON.parse(text.replaceAll('$STUB', by.stub).replaceAll('$NS', by.namespace)) as Scenario
}

/** Removes the namespace, finalizers of its canaries first, and what is in no namespace. */
async function cleanUp({ api, namespace, seen }: Run): Promise<void> {
  const held = seen.filter(
    ({ kindName, object }) =>
      (object.metadata.finalizers?.length ?? 0) > 0 || scenarioKind(kindName).clusterScoped,
  )
  const paths = new Set(held.map((s) => pathOf(s.kindName, namespace, s.object.metadata.name)))
  for (const path of paths) {
    const body = { metadata: { finalizers: null } }
    await ifThere(api.request('PATCH', path, body, 'application/merge-patch+json'))
    if (!path.includes('/namespaces/')) await ifThere(api.request('DELETE', path))
  }
  await ifThere(api.request('DELETE', `/api/v1/namespaces/${namespace}`))
}

async function ifThere(request: Promise<unknown>): Promise<void> {
  try {
    await request
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error
  }
}

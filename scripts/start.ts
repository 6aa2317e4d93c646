/**
 * The demonstration: an embedded cluster, the controller, a rollout that succeeds and one that is
 * rolled back. It ends by itself; with `--keep` the cluster stays until it is interrupted.
 */
import { once } from 'node:events'
import { commandLines } from '../commands/output/command-line.ts'
import { processTerminal } from '../commands/shell/process-terminal.ts'
import type { Terminal } from '../commands/shell/terminal.ts'
import { systemClock } from '../src/io/clock.ts'
import { connect } from '../src/io/kube/client.ts'
import { loadConnection } from '../src/io/kube/connection/config.ts'
import { type Sandbox, startSandbox } from '../src/sandbox/sandbox.ts'
import { type ControllerProcess, startController } from './start/controller.ts'
import { namespace } from './start/manifests.ts'
import { OtherTurn } from './start/phases.ts'
import { linesToPaste, pluginCommand } from './start/programs.ts'
import { type Show, startShow } from './start/show.ts'
import { stages } from './start/story.ts'

const interrupted = 130
const minIntervalMs = 1_000

const interruption = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(name, () => interruption.abort(new Error('interrupted')))
// A reader that went away, as `head` does, is no failure.
process.stdout.on('error', () => interruption.abort(new Error('nobody reads')))

const terminal = processTerminal({ color: 'auto', ascii: false }, interruption.signal)
const args = process.argv.slice(2)
const unknown = args.find((arg) => arg !== '--keep')
if (unknown === undefined) process.exitCode = await run(terminal, interruption.signal)
else {
  terminal.err(`error: unknown argument "${unknown}"; npm start -- takes only --keep\n`)
  process.exitCode = 2
}

async function run(terminal: Terminal, signal: AbortSignal): Promise<number> {
  const sandbox = await startSandbox({ namespaces: [namespace], startupMs: 2_500 })
  const controller = startController(flagsFor(sandbox))
  const kube = connect(loadConnection({ kubeconfig: sandbox.kubeconfigPath }))
  terminal.out(introduction(sandbox))
  // Whoever pastes one has the context's namespace, which is another.
  const commands = commandLines(pluginCommand(), {}, 'default')
  const clock = systemClock
  const session = { kube, clock, namespace, context: 'sandbox', terminal, signal, commands }
  const show = startShow(sandbox, { ...session, namespaceGiven: true, minIntervalMs })
  const over = new AbortController()
  try {
    const story = tellStory(sandbox, show, AbortSignal.any([signal, over.signal]))
    await Promise.race([story, controller.failed])
    await show.end()
    terminal.out('Done: podinfo 6.0.1 was promoted, and 6.0.2 was rolled back.\n')
    if (args.includes('--keep')) await Promise.race([keep(terminal, signal), controller.failed])
    else terminal.out('To try things out: npm start -- --keep\n')
    return 0
  } catch (error) {
    await show.end()
    if (signal.aborted) return interrupted
    if (error instanceof OtherTurn) return await otherTurn(error, controller, terminal, signal)
    const why = error instanceof Error ? error.message : String(error)
    terminal.err(`error: ${why}\nThe controller's log ends with:\n${controller.logTail()}\n`)
    return 1
  } finally {
    // A story that is not at its end would go on waiting.
    over.abort()
    await controller.stop()
    await kube.close()
    await sandbox.close()
  }
}

/** The story is over; who works in another terminal keeps the cluster. */
async function otherTurn(
  { message }: OtherTurn,
  { failed }: ControllerProcess,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  terminal.out(`${message}.\nThe story ends here, since podinfo took another turn.\n`)
  if (!terminal.isTerminal && !args.includes('--keep')) return 0
  await Promise.race([keep(terminal, signal), failed]).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
  return interrupted
}

async function tellStory(sandbox: Sandbox, show: Show, signal: AbortSignal): Promise<void> {
  for (const [at, stage] of stages.entries()) {
    show.stage(`${at + 1}/${stages.length}  ${stage.title}`)
    await stage.run(sandbox, signal)
  }
}

async function keep(terminal: Terminal, signal: AbortSignal): Promise<void> {
  terminal.out('The cluster and the controller go on until you press Ctrl-C.\n')
  if (!signal.aborted) await once(signal, 'abort')
  throw signal.reason
}

function flagsFor({ kubeconfigPath, prometheusUrl }: Sandbox): string[] {
  return [
    `-kubeconfig=${kubeconfigPath}`,
    '-mesh-provider=istio',
    `-metrics-server=${prometheusUrl}`,
    '-port=0',
    '-address=127.0.0.1',
    `-minimum-analysis-interval=${minIntervalMs}ms`,
    // The servers of the demo are on this machine.
    '-allowed-addresses=127.0.0.0/8',
    '-log-level=info',
  ]
}

function introduction({ kubeconfigPath }: Sandbox): string {
  return `An embedded cluster and the controller are running. In another terminal:

${linesToPaste(kubeconfigPath)
  .map((line) => `  ${line}\n`)
  .join('')}
`
}

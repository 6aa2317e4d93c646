/**
 * Runs a controller that takes Flagger's flags through scenarios on any API server, and writes
 * what it did to `<out>/<scenario>.json`. Scenarios are the inputs of recordings.
 * usage: node test/conformance/record.ts --kubeconfig F --controller 'CMD ARGS...'
 *          [--scenarios DIR] [--out DIR] [--jobs N] [--timeout SECONDS] [--fast] [NAME...]
 */
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type HarnessOptions, prepareCluster, runScenario } from './harness.ts'
import { type Recording, readRecordings, type Scenario, scenarioOf } from './recording.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kubeconfig: { type: 'string', default: '' },
    'controller-kubeconfig': { type: 'string', default: '' },
    controller: { type: 'string', default: '' },
    scenarios: { type: 'string', default: path.join(import.meta.dirname, 'recordings') },
    out: { type: 'string', default: 'out' },
    jobs: { type: 'string', default: '6' },
    timeout: { type: 'string', default: '240' },
    fast: { type: 'boolean', default: false },
  },
})

async function main(): Promise<number> {
  const { kubeconfig, controller, out, fast } = values
  if (!kubeconfig || !controller) {
    console.error('--kubeconfig and --controller are required')
    return 2
  }
  const options: HarnessOptions = {
    kubeconfig,
    ...(values['controller-kubeconfig'] && {
      controllerKubeconfig: values['controller-kubeconfig'],
    }),
    command: controller.split(/\s+/),
    logFolder: path.join(out, 'logs'),
    timeoutSeconds: Number(values.timeout),
    fast,
  }
  await mkdir(out, { recursive: true })
  await prepareCluster(kubeconfig)
  const todo = readRecordings(values.scenarios, positionals).map(scenarioOf)
  let failed = todo.length === 0 ? 1 : 0
  const worker = async () => {
    for (let scenario = todo.shift(); scenario; scenario = todo.shift())
      if (!(await record(scenario, options, out))) failed++
  }
  await Promise.all(Array.from({ length: Number(values.jobs) }, worker))
  return failed > 0 ? 1 : 0
}

/** True when the scenario went through all of its steps. */
async function record(scenario: Scenario, options: HarnessOptions, out: string): Promise<boolean> {
  try {
    const recording = await runScenario(scenario, options)
    await writeFile(path.join(out, `${scenario.name}.json`), JSON.stringify(recording))
    console.log(summary(recording))
    return recording.error === undefined
  } catch (error) {
    console.log(`ERROR ${scenario.name}: ${error instanceof Error ? error.message : error}`)
    return false
  }
}

function summary({ name, error, seconds, timeline, states, requests }: Recording): string {
  const events = timeline.filter((entry) => 'event' in entry).length
  const objects = Object.keys(states).length
  const counts = `events ${events} objects ${objects} requests ${requests.length}`
  return `${error ? 'FAIL' : 'ok  '} ${name} ${seconds}s ${counts}${error ? `: ${error}` : ''}`
}

process.exitCode = await main()

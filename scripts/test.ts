/**
 * `npm test`: every check and every test that this machine can run, and a plain word on the rest.
 * `--no-cluster` leaves out the real cluster, for machines that run it by itself.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { lackingForNamespace } from '../test/traffic/network.ts'

interface Step {
  name: string
  command: readonly string[]
  /** Why it can't run here; undefined when it can. */
  lacks?: string | undefined
  /** Why it is not to run, wherever that is. */
  leftOut?: string | undefined
}

const isCi = process.env.CI === 'true'
const withoutCluster = process.argv.includes('--no-cluster')

function has(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}

function lackingServers(): string | undefined {
  const lacking = ['prometheus', 'victoria-metrics', 'influxd', 'graphite-manage'].filter(
    (program) => !has('which', program),
  )
  return lacking.length > 0 ? `not installed: ${lacking.join(', ')}` : undefined
}

function lackingForTraffic(): string | undefined {
  if (!has('go', 'version')) return 'Go is not installed, which builds Traefik and the cluster'
  if (!has('prometheus', '--version')) return 'not installed: prometheus'
  return lackingForNamespace()
}

/** It hands its arguments on to vitest. */
const traffic = 'test/traffic/run.ts'

const steps: readonly Step[] = [
  { name: 'generated files', command: ['node', 'scripts/generate.ts', '--check'] },
  { name: 'format and lint', command: ['biome', 'ci', '--reporter=summary', '.'] },
  { name: 'types', command: ['tsc', '--noEmit'] },
  {
    name: 'layers',
    command: ['depcruise', '--config', '.dependency-cruiser.cjs', 'src', 'commands', 'controller'],
  },
  { name: 'dead code', command: ['knip'] },
  { name: 'bundles', command: ['node', 'scripts/build.ts'] },
  { name: 'tests', command: ['vitest', 'run'] },
  {
    name: 'tests on real metric servers',
    command: ['vitest', 'run', '--config', 'test/services/vitest.config.ts'],
    lacks: lackingServers(),
  },
  {
    name: 'tests of a release, by krew and npm',
    command: ['vitest', 'run', '--config', 'test/release/vitest.config.ts'],
    lacks: has('go', 'version') ? undefined : 'Go is not installed, which builds krew and kubectl',
    leftOut: withoutCluster ? '--no-cluster was given' : undefined,
  },
  {
    name: 'tests on a real cluster',
    command: ['vitest', 'run', '--config', 'test/cluster/vitest.config.ts'],
    lacks: has('go', 'version') ? undefined : 'Go is not installed, which builds the cluster',
    leftOut: withoutCluster ? '--no-cluster was given' : undefined,
  },
  {
    name: 'tests with real traffic, through Traefik',
    command: ['node', traffic],
    lacks: lackingForTraffic(),
    leftOut: withoutCluster ? '--no-cluster was given' : undefined,
  },
]

const reports = path.join(import.meta.dirname, '../.cache/tests')
rmSync(reports, { recursive: true, force: true })
mkdirSync(reports, { recursive: true })

/** What vitest writes besides what it shows, for the list at the end. */
function reporting(file: string): string[] {
  return ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
}

interface Report {
  testResults: {
    name: string
    message?: string
    assertionResults: { fullName: string; status: string; failureMessages?: string[] }[]
  }[]
}

/** A line for each test that failed, with the first line of its reason. */
function failures(file: string): string[] {
  let report: Report
  try {
    report = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return ['it ended before its report was written']
  }
  return report.testResults.flatMap(({ name, message, assertionResults }) => {
    const file = path.relative(process.cwd(), name)
    const red = assertionResults.filter(({ status }) => status === 'failed')
    if (red.length === 0 && message) return [`${file}: ${firstLine(message)}`]
    return red.map(
      ({ fullName, failureMessages = [] }) =>
        `${file} > ${fullName.trim()}: ${firstLine(failureMessages[0] ?? '')}`,
    )
  })
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.slice(0, 300) ?? ''
}

const red: string[] = []
let failed = 0
let skipped = 0
for (const { name, command, lacks, leftOut } of steps) {
  const [program = '', ...args] = command
  const why = leftOut ?? (isCi ? undefined : lacks)
  if (why !== undefined) {
    console.log(`\n== ${name}: skipped, ${why}`)
    skipped += 1
    continue
  }
  console.log(`\n== ${name}`)
  const started = performance.now()
  const isOfTests = program === 'vitest' || args.includes(traffic)
  const report = path.join(reports, `${name.replaceAll(/\W+/g, '-')}.json`)
  const extra = isOfTests ? reporting(report) : []
  const { status } = spawnSync(program, [...args, ...extra], { stdio: 'inherit' })
  const seconds = Math.round((performance.now() - started) / 1000)
  console.log(`== ${name}: ${status === 0 ? 'passed' : 'FAILED'} in ${seconds}s`)
  if (status === 0) continue
  failed += 1
  red.push(`\n${name}:`, ...(isOfTests ? failures(report).map((line) => `  ${line}`) : []))
}
// Last, where it is found: the reasons in full are far above.
for (const line of red) console.log(line)
const passed = steps.length - failed - skipped
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = failed > 0 ? 1 : 0

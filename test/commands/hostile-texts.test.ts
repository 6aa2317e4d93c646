/**
 * Whatever stands in the objects of a cluster, in its answers and in the words of a command line:
 * nothing that a command writes steers a terminal, begins a line of its own, or runs when a command
 * that it offers is pasted. Every command of the registry is tried, with all its flags and formats.
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { globalFlags } from '../../commands/input/flag-groups.ts'
import { harmless } from '../../commands/output/clean.ts'
import { commands } from '../../commands/registry.gen.ts'
import type { CommandClass, FlagInfo } from '../../commands/shell/command-class.ts'
import type { TestCluster } from './support/cluster.ts'
import {
  canaries,
  hostile,
  hostileRollouts,
  startHostileCluster,
} from './support/hostile-cluster.ts'
import type { Line, Written } from './support/plugin-lines.ts'
import { runLines } from './support/run-lines.ts'

const timeout = 600_000

let cluster: TestCluster
/** Files with a Canary, with what Argo Rollouts has, and with what no program reads. */
const files = { canary: '', rollouts: '', broken: '' }

beforeAll(async () => {
  cluster = await startHostileCluster()
  const canary = cluster.canary('unsound')
  const written = {
    canary: stringify({ ...canary, metadata: { ...canary?.metadata, name: hostile } }),
    rollouts: hostileRollouts.map((one) => stringify(one)).join('---\n'),
    broken: `kind: Canary\n"${hostile}`,
  }
  for (const name of Object.keys(files) as (keyof typeof files)[]) {
    files[name] = path.join(path.dirname(cluster.kubeconfig), `${name}.yaml`)
    writeFileSync(files[name], written[name])
  }
})
afterAll(() => cluster.close())

const all = await Promise.all(
  Object.entries(commands).map(
    async ([name, { load }]): Promise<[string, CommandClass]> => [name, await load()],
  ),
)

/** Words that a command needs beside those that its class tells of. */
const needed: Readonly<Record<string, () => string[]>> = {
  lint: () => ['-f', files.canary],
  import: () => ['-f', files.rollouts],
  install: () => ['--dry-run'],
  uninstall: () => ['--dry-run'],
  wait: () => ['--for=phase=Succeeded'],
}

const named = {
  canaries: canaries.map((name) => [name]),
  workloads: [['sound']],
  commands: [['status']],
  shells: [['bash']],
  nothing: [[]],
}

/** What these print is for a file, or for `kubectl apply`. */
const manifests = ['generate', 'import']

/** Nobody is asked, and nothing is waited for longer than this. */
const impatient: Readonly<Record<string, string>> = {
  yes: '--yes',
  timeout: '--timeout=1s',
  'ack-timeout': '--ack-timeout=100ms',
}

function hurried(flags: Record<string, FlagInfo>, but = ''): string[] {
  const all = Object.entries(impatient).filter(([flag]) => flag in flags && flag !== but)
  return all.map(([, word]) => word)
}

/** Command lines of a command that work, each without `-o`. */
function linesOf([name, { completes, flags = {} }]: [string, CommandClass]): string[][] {
  const more = hurried(flags)
  const own = needed[name]?.() ?? []
  const reads = 'filename' in flags
  const canary = reads && completes === 'canaries' ? [['-f', files.canary]] : []
  const lines = [...named[completes], ...canary].map((words) => [...words, ...own])
  const broken = reads ? [['-f', files.broken]] : []
  return [...lines, ...broken].map((words) => [name, ...words, ...more])
}

function optionsOf(flags: Record<string, FlagInfo>): string[] {
  return Object.entries(flags).flatMap(([name, { type }]) => (type === 'option' ? [name] : []))
}

/** Formats that are text for people, of those that a command has. */
function textFormats({ flags = {} }: CommandClass): string[][] {
  const { summary = '' } = flags.output ?? {}
  const kinds = ['wide', 'name'].filter((format) => summary.includes(format))
  return [[], ...kinds.map((format) => ['-o', format])]
}

function dataFormats({ flags = {} }: CommandClass): string[][] {
  const { summary = '' } = flags.output ?? {}
  const given = ['json', 'yaml', 'jsonpath={}', 'custom-columns=A:.spec,B:.status']
  const kinds = given.filter((format) => summary.includes(format.split('=')[0] ?? ''))
  return kinds.map((format) => ['-o', format])
}

function run(lines: readonly string[][]): Promise<Written[]> {
  const both = lines.flatMap((words): Line[] =>
    [true, false].map((isTerminal) => ({ words, isTerminal })),
  )
  return runLines(cluster, both)
}

// Control characters but for line feed and tab, and what is not seen, but two joiners of letters.
const control = /[\p{Cc}\u2028\u2029]|(?![\u200c\u200d])\p{Cf}/u
const isSteering = (text: string) => control.test(text.replace(/[\n\t]/g, ''))

/** A command of kubectl in which the shell would run what an object says. */
function isPoisoned(line: string): boolean {
  const at = line.indexOf('kubectl ')
  let quote = ''
  for (let i = at; at >= 0 && i < line.length; i++) {
    const char = line[i] ?? ''
    if (quote === '' && line.startsWith(';touch', i)) return true
    if (quote === '' && char === '\\') i += 1
    else if (quote === '' && (char === "'" || char === '"')) quote = char
    else if (char === quote) quote = ''
  }
  return false
}

/** What is wrong with what a command wrote, by the line that it was called by. */
function wrongIn(
  { line, out, err }: Written,
  { isData = false, isServers = false } = {},
): string[] {
  const of = `${JSON.stringify(line.words)} ${line.isTerminal ? 'on a terminal' : 'in a pipe'}`
  return Object.entries({ out, err }).flatMap(([stream, text]) => {
    const lines = text.split('\n')
    const isFree = stream === 'out' && (isData || manifests.includes(line.words[0] ?? ''))
    const steers = line.isTerminal ? harmless(text) !== text : isSteering(text)
    return [
      ...(steers && !(isFree && !line.isTerminal) ? [`${of}: steers by ${stream}: ${text}`] : []),
      ...(!isFree && !isServers && lines.some((one) => one.startsWith('NEXT'))
        ? [`${of}: a value begins a line of ${stream}: ${text}`]
        : []),
      ...lines.filter((one) => !isFree && isPoisoned(one)).map((one) => `${of}: ${one}`),
      ...lines.filter((one) => one.includes('internal error')).map((one) => `${of}: ${one}`),
    ]
  })
}

describe('hostile texts of objects', () => {
  test('steer no terminal, begin no line and run nothing, in any text of any command', {
    timeout,
  }, async () => {
    const lines = all.flatMap((one) =>
      linesOf(one).flatMap((words) => textFormats(one[1]).map((format) => [...words, ...format])),
    )
    const written = await run(lines)
    expect(written.flatMap((one) => wrongIn(one))).toEqual([])
    // They were there to be met.
    expect(written.filter(({ out }) => out.includes('touch pwned')).length).toBeGreaterThan(20)
  })

  test('steer no terminal by data either', { timeout }, async () => {
    const lines = all.flatMap((one) =>
      linesOf(one).flatMap((words) => dataFormats(one[1]).map((format) => [...words, ...format])),
    )
    const written = await run(lines)
    expect(written.flatMap((one) => wrongIn(one, { isData: true }))).toEqual([])
  })
})

test('hostile words of a command line steer no terminal, and are not offered to be pasted', {
  timeout,
}, async () => {
  const own = all.flatMap(([name, { flags = {} }]) => [
    [name, hostile],
    ...optionsOf(flags).map((flag) => [
      ...[name, 'sound', `--${flag}=${hostile}`],
      ...hurried(flags, flag),
    ]),
  ])
  // All commands read these in the same way.
  const shared = optionsOf(globalFlags).map((flag) => ['list', `--${flag}=${hostile}`])
  const written = await run([[hostile], [`--${hostile}`], ...shared, ...own])
  expect(written.flatMap((one) => wrongIn(one, { isServers: true }))).toEqual([])
})

test('hostile refusals of a server steer no terminal', { timeout }, async () => {
  const status = { reason: hostile, message: hostile }
  for (const code of [403, 409, 422, 500]) {
    const repair = cluster.server.fault(() => ({ status: code, ...status }))
    const written = await run(all.flatMap((one) => linesOf(one).slice(0, 1)))
    repair()
    expect(written.flatMap((one) => wrongIn(one, { isServers: true }))).toEqual([])
  }
})

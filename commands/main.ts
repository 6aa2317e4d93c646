/** Starts the plugin: finds the command, reads its words, runs it, and ends in kubectl's manner. */
import { basename } from 'node:path'
import { canonicalArguments, splitCommand } from './input/arguments.ts'
import { printable } from './output/clean.ts'
import { commands } from './registry.gen.ts'
import { commandName, type Programs, shapesOf } from './shell/command-class.ts'
import { endingOf, exits } from './shell/failure.ts'

/**
 * Runs one command line of this process, and sets the exit code. `programs` are others of the
 * project, loaded when a command asks for one.
 */
export async function main(
  argv: readonly string[],
  program: string,
  programs?: Programs,
): Promise<void> {
  const bin = binOf(program)
  if (isCompletion(program) || argv[0] === '__complete') {
    const { complete } = await import('./completion/complete.ts')
    return complete(isCompletion(program) ? argv : argv.slice(1), bin, commands)
  }
  const signal = listenToSignals()
  // What nobody waits for ends the program as everything else does.
  process.on('uncaughtException', (thrown) => process.exit(tellEnd(thrown, argv, bin)))
  try {
    process.exitCode = await run(argv, { bin, signal, programs })
  } catch (thrown) {
    process.exitCode = tellEnd(thrown, argv, bin)
  }
  if (signal.aborted) process.exitCode = interruptedBy(signal)
  leave()
}

/**
 * Ends once all is written: a connection that was given up on may take seconds to die, and to clear
 * a heap away that the system takes back at once takes some milliseconds.
 */
function leave(): void {
  process.stdout.write('', (error) => {
    // What went wrong in writing is told by its own listener, which ends the process.
    if (!error) process.stderr.write('', () => process.exit())
  })
}

/** kubectl asks for completions by a program of this name, with the words behind the plugin's. */
function isCompletion(program: string): boolean {
  return basename(program).startsWith('kubectl_complete-')
}

/** How the plugin is called: `kubectl-canary` is `kubectl canary`, as kubectl finds it. */
export function binOf(program: string): string {
  const name = basename(program).replace(/\.(js|ts|exe|cmd)$/, '')
  const plugin = /^kubectl(?:-|_complete-)(.+)$/.exec(name)?.[1]
  return plugin === undefined ? name : `kubectl ${plugin.replaceAll('-', ' ').replaceAll('_', '-')}`
}

async function run(
  argv: readonly string[],
  { bin, signal, programs }: { bin: string; signal: AbortSignal; programs: Programs | undefined },
): Promise<number> {
  const { globalFlags } = await import('./input/flag-groups.ts')
  const shapes = shapesOf(globalFlags)
  if (argv[0] === '--version') {
    const { clientVersion } = await import('./shell/base.ts')
    process.stdout.write(`${bin.replaceAll(' ', '-')} ${clientVersion}\n`)
    return exits.done
  }
  const { command: word, rest } = splitCommand(argv, shapes)
  if (word === undefined) {
    // Reads the flags all the same, for the sake of those that do not exist.
    canonicalArguments(rest, shapes)
    return showHelp([], bin)
  }
  const name = commandName(word, commands)
  const entry = name === undefined ? undefined : commands[name]
  if (name === undefined || !entry) throw await unknownCommand(word, bin)

  const command = await entry.load()
  const words = canonicalArguments(rest, shapesOf({ ...command.baseFlags, ...command.flags }))
  if (words.includes('--help') && words.indexOf('--help') < words.indexOf('--'))
    return showHelp([name], bin)
  const [{ CanaryCommand }, { configOf }] = await Promise.all([
    import('./shell/base.ts'),
    import('./shell/oclif-config.ts'),
  ])
  CanaryCommand.signal = signal
  CanaryCommand.registry = commands
  CanaryCommand.programs = programs
  command.id = name
  return new command(words, configOf(bin)).execute()
}

async function showHelp(words: string[], bin: string): Promise<number> {
  const { commandHelp, rootHelp } = await import('./shell/help/help-text.ts')
  const [name] = words
  const text =
    name === undefined ? await rootHelp(bin, commands) : await commandHelp(name, bin, commands)
  const { wrappedHelp } = await import('./shell/help/help-wrap.ts')
  const { isTTY, columns } = process.stdout
  process.stdout.write(wrappedHelp(text, isTTY ? columns : undefined, bin))
  return exits.done
}

/** What people try who know kubectl, and what a plugin need not have. */
const ofKubectl = [
  ...['annotate', 'apply', 'autoscale', 'create', 'delete', 'edit', 'exec', 'expose', 'label'],
  ...['patch', 'port-forward', 'replace', 'scale', 'set', 'top'],
]

async function unknownCommand(word: string, bin: string): Promise<Error> {
  const { Failure } = await import('./shell/failure.ts')
  const { distance } = await import('../src/distance.ts')
  const names = Object.keys(commands)
  const meant = names.filter((name) => commands[name]?.meantBy?.includes(word.toLowerCase()))
  const isNear = (name: string) =>
    distance(name, word) <= Math.min(2, word.length - 3) ||
    (word.length > 1 && name.startsWith(word))
  // Who writes a word of another tool made no slip of the fingers.
  const near = meant.length > 0 ? meant : names.filter(isNear)
  const guess =
    near.length > 0
      ? `\n\nDid you mean this?\n\t${near.join('\n\t')}\n`
      : `${ofKubectl.includes(word) ? `\nkubectl itself has it: kubectl ${word} --help` : ''}\nSee '${bin} --help' for all commands.`
  return new Failure(`error: unknown command "${word}" for "${bin}"${guess}`, { exit: exits.usage })
}

/** Tells how it ended, on stderr, and gives the exit code. */
function tellEnd(thrown: unknown, argv: readonly string[], bin: string): number {
  const word = argv.find((one) => commandName(one, commands) !== undefined)
  const { text, hints, exit } = endingOf(thrown, word === undefined ? bin : `${bin} ${word}`)
  const stopped = process.exitCode === exits.interrupted || process.exitCode === exits.terminated
  if (!stopped) {
    process.stderr.write(printable([text, ...hints.map((hint) => `  ${hint}`), ''].join('\n')))
    const loud = argv.some(
      (one, at) =>
        /^(-v|--v)=?(9|\d\d+)$/.test(one) ||
        (/^(-v|--v)$/.test(one) && /^(9|\d\d+)$/.test(argv[at + 1] ?? '')),
    )
    if (loud && thrown instanceof Error) process.stderr.write(`${thrown.stack ?? ''}\n`)
  }
  return exit
}

const signals = { SIGINT: exits.interrupted, SIGTERM: exits.terminated } as const

/** Ends with the first SIGINT or SIGTERM; the second one exits at once. */
function listenToSignals(): AbortSignal {
  const controller = new AbortController()
  for (const [name, code] of Object.entries(signals))
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(code)
      process.exitCode = code
      controller.abort(code)
    })
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // As if killed by SIGPIPE: nobody reads any more.
    if (error.code === 'EPIPE') process.exit(exits.brokenPipe)
    process.stderr.write(`error: writing to stdout: ${error.message}\n`)
    process.exit(exits.error)
  })
  // Where nobody hears what is wrong, the exit code still tells.
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exits.brokenPipe)
  })
  return controller.signal
}

function interruptedBy(signal: AbortSignal): number {
  return typeof signal.reason === 'number' ? signal.reason : exits.interrupted
}

/** Answers kubectl, or a shell, that asks how a command line could go on. Never an error, never a word on stderr. */
import { offeredConditions } from '../../src/report/wait/condition.ts'
import { globalFlags } from '../input/flag-groups.ts'
import { phaseWords } from '../input/phase-filter.ts'
import { commandName, type Registry } from '../shell/command-class.ts'
import { configOf } from '../shell/oclif-config.ts'
import { answerText, directives } from './answer.ts'
import { type Asked, type Candidate, commandWord, type Known, questionOf } from './question.ts'
import { shells } from './scripts.ts'

/** A person waits with a finger on the key. */
const patienceMs = 1_500

/** `words` are those behind the name of the plugin; the last is the one to complete, or empty. */
export async function complete(
  words: readonly string[],
  bin: string,
  registry: Registry,
): Promise<void> {
  // Nothing can be said in the middle of a line: the shell hears that there is no answer.
  const text = await answer(words, bin, registry).catch(() => `:${directives.error}\n`)
  process.stdout.write(text, () => process.exit(0))
}

async function answer(words: readonly string[], bin: string, registry: Registry): Promise<string> {
  const known = await knownOf(registry, words)
  const word = commandWord(words, known)
  const name = word === undefined ? undefined : commandName(word, registry)
  if (word !== undefined && name === undefined) return `:${directives.noFiles}\n`
  const command = name === undefined ? undefined : await registry[name]?.load()
  const asked = questionOf(words, command, known)
  if (asked.question.kind === 'files') return ':0\n'
  return answerText(await candidatesFor(asked, words, bin), asked)
}

/** What each command does is read only where commands are asked for. */
async function knownOf(registry: Registry, words: readonly string[]): Promise<Known> {
  const isNamed = words.slice(0, -1).some((word) => commandName(word, registry) !== undefined)
  const told = isNamed && !words.includes('help') ? [] : Object.entries(registry)
  const commands = await Promise.all(
    told.map(async ([word, { load }]): Promise<Candidate> => {
      const { summary } = await load()
      return { word, about: summary }
    }),
  )
  return {
    ...{
      globals: globalFlags,
      commands,
      shells,
      conditions: completed(offeredConditions),
      phases: phaseWords,
    },
  }
}

async function candidatesFor(
  { question, typed }: Asked,
  words: readonly string[],
  bin: string,
): Promise<readonly Candidate[]> {
  if (question.kind === 'words') return question.candidates
  const { Names } = await import('./names.ts')
  Names.signal = AbortSignal.timeout(patienceMs)
  const names = new Names(connectionWords(words), configOf(bin))
  const late = new Promise<never>((_, reject) => {
    Names.signal.addEventListener('abort', () => reject(new Error('too late')))
  })
  return Promise.race([names.find(question, typed), late])
}

/** `phase=NAME` is written to the sign. */
function completed(words: readonly string[]): string[] {
  return words.map((word) => word.replace(/=.*$/, '='))
}

/** The flags that say where and as whom, as far as they are written. */
function connectionWords(words: readonly string[]): string[] {
  const kept: string[] = []
  const line = words.slice(0, -1)
  for (let at = 0; at < line.length; at++) {
    const word = line[at] ?? ''
    const [, long = '', equals] = /^--([\w-]+)(=.*)?$/s.exec(word) ?? []
    const short = /^-([ns])(=?)(.*)$/s.exec(word)
    const isAll = word === '-A' || word === '--all-namespaces'
    if (isAll || (!short && !Object.hasOwn(globalFlags, long))) continue
    const isSwitch = long in globalFlags && isSwitchFlag(long)
    const hasValue = equals !== undefined || (short?.[3] ?? '') !== ''
    const next = isSwitch || hasValue ? undefined : line[++at]
    if (isSwitch || hasValue) kept.push(word)
    // The value that is being written is none yet.
    else if (next !== undefined) kept.push(word, next)
  }
  return kept
}

function isSwitchFlag(name: string): boolean {
  const flags: Record<string, { type: string } | undefined> = globalFlags
  return flags[name]?.type === 'boolean'
}

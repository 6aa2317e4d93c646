/** What may stand at the end of a command line that is not written yet. Pure. */
import { splitCommand, takesNextWord } from '../input/arguments.ts'
import {
  type CommandClass,
  type Completes,
  type FlagInfo,
  shapesOf,
} from '../shell/command-class.ts'

export interface Candidate {
  /** The whole word. */
  word: string
  about?: string | undefined
}

export type Question =
  | { kind: 'words'; candidates: readonly Candidate[] }
  | { kind: 'files' }
  | { kind: 'kubeconfig'; of: 'context' | 'cluster' | 'user' }
  | { kind: 'namespaces' }
  /** Canaries, or workloads, that are not in the line yet. */
  | { kind: Exclude<Completes, 'commands' | 'shells' | 'nothing'>; given: readonly string[] }

export interface Asked {
  question: Question
  /** What is written of the word before the part that is looked for: `--namespace=`. */
  before: string
  /** The part itself. */
  typed: string
}

export interface Known {
  globals: Readonly<Record<string, FlagInfo>>
  /** Of the registry, with what each does; without aliases. */
  commands: readonly Candidate[]
  shells: readonly string[]
  conditions: readonly string[]
  phases: readonly string[]
}

/** The words before the last, of which the first that is no flag names the command. */
export function commandWord(words: readonly string[], known: Known): string | undefined {
  return splitCommand(words.slice(0, -1), shapesOf(known.globals)).command
}

/** `command` is that of the line; absent where none is written yet, or one that is not known. */
export function questionOf(
  words: readonly string[],
  command: CommandClass | undefined,
  known: Known,
): Asked {
  const typed = words.at(-1) ?? ''
  const flags = { ...known.globals, ...command?.flags }
  const shapes = shapesOf(flags)
  const earlier = words.slice(0, -1)
  const last = earlier.at(-1)
  if (last?.startsWith('-') && takesNextWord(last, shapes)) {
    const name = nameOf(last, flags)
    if (name !== undefined) return { question: valuesOf(name, flags, known), before: '', typed }
  }
  const equals = /^(--?([\w-]+)=)(.*)$/s.exec(typed)
  if (equals) {
    const [, before = '', name = '', rest = ''] = equals
    const flag = name.length === 1 ? (nameOf(`-${name}`, flags) ?? name) : name
    return { question: valuesOf(flag, flags, known), before, typed: rest }
  }
  if (typed.startsWith('-')) return { question: flagWords(flags, earlier), before: '', typed }
  return { question: namesOf(earlier, command, known), before: '', typed }
}

/** The name of the flag that such a word sets: `-n`, `--namespace`, `-An`. */
function nameOf(word: string, flags: Record<string, FlagInfo>): string | undefined {
  if (word.startsWith('--')) return word.slice(2)
  const letter = word.at(-1)
  return Object.entries(flags).find(([name, { char }]) => char === letter || name === letter)?.[0]
}

function flagWords(flags: Record<string, FlagInfo>, given: readonly string[]): Question {
  const candidates = Object.entries(flags)
    .filter(([name, { hidden, multiple }]) => !hidden && (multiple || !given.includes(`--${name}`)))
    .map(([name, { type, summary }]) => ({
      // What takes a value goes on with it.
      word: `${name.length === 1 ? '-' : '--'}${name}${type === 'option' && name.length > 1 ? '=' : ''}`,
      about: summary,
    }))
  return { kind: 'words', candidates }
}

function valuesOf(name: string, flags: Record<string, FlagInfo>, known: Known): Question {
  const flag = flags[name]
  const words = (candidates: readonly string[]): Question => ({
    ...{ kind: 'words', candidates: candidates.map((word) => ({ word })) },
  })
  if (flag?.options) return words(flag.options)
  switch (name) {
    case 'context':
    case 'cluster':
    case 'user':
      return { kind: 'kubeconfig', of: name }
    case 'namespace':
      return { kind: 'namespaces' }
    case 'output':
      return words(formatsIn(flag?.summary ?? ''))
    case 'for':
      return words(known.conditions)
    case 'phase':
      return words(known.phases)
    case 'types':
      return words(['Normal', 'Warning'])
    default:
      return fileFlags.includes(name) ? { kind: 'files' } : words([])
  }
}

const fileFlags: readonly string[] = [
  ...['kubeconfig', 'filename', 'client-certificate', 'client-key', 'certificate-authority'],
  ...['cache-dir', 'dir', 'metrics', 'report'],
]

/** `Output format: json, yaml, jsonpath=...`, as help tells them. */
function formatsIn(summary: string): string[] {
  const [, list = ''] = /: (.*)$/.exec(summary) ?? []
  return list
    .split(', ')
    .map((format) => format.replace('...', '').replace(/\.$/, ''))
    .filter((format) => format !== '')
}

function namesOf(
  earlier: readonly string[],
  command: CommandClass | undefined,
  known: Known,
): Question {
  if (!command) return { kind: 'words', candidates: known.commands }
  switch (command.completes) {
    case 'commands':
      return { kind: 'words', candidates: known.commands }
    case 'shells':
      return { kind: 'words', candidates: known.shells.map((word) => ({ word })) }
    case 'nothing':
      return { kind: 'words', candidates: [] }
    default:
      return { kind: command.completes, given: earlier }
  }
}

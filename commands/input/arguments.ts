/**
 * Command lines as kubectl reads them, rewritten into the plain form that oclif reads without
 * surprises: one spelling for every flag, switches as `--x` or `--no-x`, names behind `--`.
 */
import { UsageError } from '../../src/errors.ts'

/** What has to be known of a flag in order to read a command line. */
export interface FlagShape {
  name: string
  char?: string | undefined
  type: 'switch' | 'value'
  multiple?: boolean | undefined
}

/** Flags whose value may only be given with `=`, and what they mean without one. */
const optionalValues: Record<string, string | undefined> = { step: '1' }

/** Flags that need their value after `=`, because the next word would be taken for a name. */
const equalsOnly: Record<string, string | undefined> = {
  'dry-run': '--dry-run needs a value: --dry-run=client or --dry-run=server',
}

/** Where kubectl has a value and a command of ours a switch, what its values come to. */
const switchWords: Record<string, Readonly<Record<string, string>> | undefined> = {
  '--dry-run': { client: 'true', server: 'true', none: 'false' },
}

/** Other spellings of a flag with a value. */
const shorthands: Record<string, readonly [flag: string, value: string] | undefined> = {
  '--json': ['output', 'json'],
  '--no-color': ['color', 'never'],
}

interface Reading {
  shapes: readonly FlagShape[]
  rest: string[]
  values: Map<string, string[]>
  names: string[]
}

/**
 * Splits `-n test status podinfo` into the command word and its own words; flags before the word
 * are moved behind it, for kubectl takes them in any place. Undefined without a command.
 */
export function splitCommand(
  argv: readonly string[],
  shapes: readonly FlagShape[],
): { command: string | undefined; rest: string[] } {
  const rest = [...argv]
  const leading: string[] = []
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith('-') || word === '-') return { command: word, rest: [...leading, ...rest] }
    leading.push(word)
    const value = takesNextWord(word, shapes) ? rest.shift() : undefined
    if (value !== undefined) leading.push(value)
  }
  return { command: undefined, rest: leading }
}

/** The command line in the form described above; throws UsageError with kubectl's texts. */
export function canonicalArguments(
  argv: readonly string[],
  shapes: readonly FlagShape[],
): string[] {
  const reading: Reading = { shapes, rest: [...argv], values: new Map(), names: [] }
  for (let word = reading.rest.shift(); word !== undefined; word = reading.rest.shift()) {
    if (word === '--') {
      reading.names.push(...reading.rest.splice(0))
    } else if (word.startsWith('--')) note(reading, readLong(word, reading))
    else if (word.startsWith('-') && word !== '-')
      for (const entry of readShort(word, reading)) note(reading, entry)
    else reading.names.push(word)
  }
  const flags = [...reading.values].flatMap(([name, values]) => write(name, values, shapes))
  return [...flags, '--', ...reading.names]
}

function write(name: string, values: string[], shapes: readonly FlagShape[]): string[] {
  const shape = shapes.find((other) => other.name === name)
  if (shape?.type === 'switch') return [values.at(-1) === 'true' ? `--${name}` : `--no-${name}`]
  // kubectl takes the last of several; oclif would refuse.
  const kept = shape?.multiple ? values : values.slice(-1)
  return kept.flatMap((value) => [`--${name}`, value])
}

type Entry = readonly [flag: string, value: string]

function readLong(word: string, reading: Reading): Entry {
  const shorthand = shorthands[word]
  if (shorthand) return shorthand
  const equals = word.indexOf('=')
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals)
  const given = equals < 0 ? undefined : word.slice(equals + 1)
  const shape = reading.shapes.find((other) => other.name === name)
  if (!shape) return readNegation(word, name, given, reading)

  if (shape.type === 'switch') return [name, readSwitch(given ?? 'true', `--${name}`)]
  if (given !== undefined) return [name, given]
  const refusal = equalsOnly[name]
  if (refusal) throw new UsageError(refusal)
  const value = optionalValue(name, reading) ?? reading.rest.shift()
  if (value === undefined) throw new UsageError(`flag needs an argument: --${name}`)
  return [name, value]
}

/** `--step` is one; of `--step 2` the number is meant, as long as something else is the name. */
function optionalValue(name: string, { rest, names }: Reading): string | undefined {
  const otherwise = optionalValues[name]
  if (otherwise === undefined) return undefined
  const [next = '', ...others] = rest
  const isNumber = /^\d+$/.test(next)
  const isNamed = names.length > 0 || others.some((word) => !word.startsWith('-'))
  return isNumber && isNamed ? rest.shift() : otherwise
}

function readNegation(
  word: string,
  name: string,
  given: string | undefined,
  reading: Reading,
): Entry {
  const positive = name.startsWith('no-') ? name.slice(3) : undefined
  const shape = reading.shapes.find((other) => other.name === positive && other.type === 'switch')
  if (!shape) throw new UsageError(`unknown flag: ${word.split('=')[0]}`)
  const value = readSwitch(given ?? 'true', `--${name}`)
  return [shape.name, value === 'true' ? 'false' : 'true']
}

/** A cluster such as `-wA`, `-ojson`, `-n=test` or `-n test`. */
function readShort(word: string, reading: Reading): Entry[] {
  const entries: Entry[] = []
  const letters = word.slice(1)
  for (let at = 0; at < letters.length; at++) {
    const char = letters[at]
    const shape = reading.shapes.find((other) => other.char === char)
    if (!shape) throw new UsageError(`unknown shorthand flag: '${char}' in ${word}`)
    const after = letters.slice(at + 1)
    const given = after.startsWith('=') ? after.slice(1) : undefined
    if (shape.type === 'value') {
      const value = given ?? (after === '' ? reading.rest.shift() : after)
      if (value === undefined) throw new UsageError(`flag needs an argument: '${char}' in ${word}`)
      return [...entries, [shape.name, value]]
    }
    entries.push([shape.name, readSwitch(given ?? 'true', `-${char}`)])
    if (given !== undefined) break
  }
  return entries
}

function note(reading: Reading, [name, value]: Entry): void {
  reading.values.set(name, [...(reading.values.get(name) ?? []), value])
}

const truths = ['1', 't', 'T', 'true', 'TRUE', 'True']
const falsehoods = ['0', 'f', 'F', 'false', 'FALSE', 'False']

function readSwitch(value: string, flag: string): string {
  if (truths.includes(value)) return 'true'
  if (falsehoods.includes(value)) return 'false'
  const meant = switchWords[flag]?.[value]
  if (meant !== undefined) return meant
  throw new UsageError(`invalid argument "${value}" for "${flag}" flag: must be true or false`)
}

/**
 * Whether the value of a flag is the word behind it, as of `--namespace`, `-n`, and `-wn` behind a
 * switch `w`; not of `--namespace=x` or `-nx`.
 */
export function takesNextWord(word: string, shapes: readonly FlagShape[]): boolean {
  if (word.includes('=')) return false
  if (word.startsWith('--'))
    return shapes.some(({ name, type }) => type === 'value' && `--${name}` === word)
  const letters = [...word.slice(1)]
  const first = letters.findIndex((letter) =>
    shapes.some(({ char, type }) => type === 'value' && char === letter),
  )
  return first >= 0 && first === letters.length - 1
}

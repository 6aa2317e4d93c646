/** Reads command lines as Go's flag package does: one dash or two, `-a=b` or `-a b`. */
import { parseDuration } from '../../../src/canary/duration.ts'
import { UsageError } from '../../../src/errors.ts'

export type FlagType = 'string' | 'boolean' | 'number' | 'duration'

export interface FlagSpec {
  type: FlagType
  default: string | number | boolean
  /** One line for `-help`. */
  about: string
}

/** Flags of Go's logging library that existing manifests may carry; read, and without effect. */
const ignored: Readonly<Record<string, 'boolean' | 'string'>> = {
  add_dir_header: 'boolean',
  alsologtostderr: 'boolean',
  log_backtrace_at: 'string',
  log_dir: 'string',
  log_file: 'string',
  log_file_max_size: 'string',
  logtostderr: 'boolean',
  one_output: 'boolean',
  skip_headers: 'boolean',
  skip_log_headers: 'boolean',
  stderrthreshold: 'string',
  v: 'string',
  vmodule: 'string',
}

/**
 * The flags given, as text by name. Throws UsageError for an unknown flag, a missing value, or an
 * argument that is not a flag.
 */
export function readFlags(
  args: readonly string[],
  specs: Readonly<Record<string, FlagSpec>>,
): Map<string, string> {
  const given = new Map<string, string>()
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] ?? ''
    const match = /^--?([^=-][^=]*)(?:=([\s\S]*))?$/.exec(argument)
    if (!match) throw new UsageError(`"${argument}" is not a flag; see -help`)
    const [, name = '', value] = match
    const type = specs[name]?.type ?? ignored[name]
    if (type === undefined) throw new UsageError(`unknown flag -${name}; see -help`)
    if (value !== undefined || type === 'boolean') {
      given.set(name, value ?? 'true')
      continue
    }
    index += 1
    const next = args[index]
    if (next === undefined) throw new UsageError(`flag -${name} needs a value: -${name}=VALUE`)
    given.set(name, next)
  }
  return given
}

const truths: Readonly<Record<string, boolean>> = {
  '1': true,
  t: true,
  T: true,
  true: true,
  TRUE: true,
  True: true,
  '0': false,
  f: false,
  F: false,
  false: false,
  FALSE: false,
  False: false,
}

/** A boolean in Go's spelling. */
export function readBoolean(name: string, text: string): boolean {
  const value = truths[text]
  if (value === undefined)
    throw new UsageError(`flag -${name} must be true or false, not "${text}"`)
  return value
}

/** A whole number that is not negative. */
export function readNumber(name: string, text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new UsageError(`flag -${name} must be a whole number, not "${text}"`)
  return value
}

/** A duration that is not zero, in milliseconds. */
export function readMs(name: string, text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined || ms <= 0)
    throw new UsageError(`flag -${name} must be a duration such as 10s, not "${text}"`)
  return ms
}

/** How a command ends badly: the text on stderr, at most two hints, and the exit code. */
import { InvalidSpecError, KubeError, UsageError } from '../../src/errors.ts'
import { clean } from '../output/clean.ts'

/** Exit codes of the plugin; the table in docs/cli.md explains them. */
export const exits = {
  done: 0,
  error: 1,
  usage: 2,
  bad: 3,
  timeout: 4,
  unacknowledged: 5,
  rejected: 6,
  inProgress: 8,
  internal: 70,
  interrupted: 130,
  terminated: 143,
  brokenPipe: 141,
} as const

/** Ends the command with a text of its own. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly exit: number
  readonly hints: readonly string[]

  constructor(message: string, of: { exit: number; hints?: readonly string[]; cause?: unknown }) {
    super(message, { cause: of.cause })
    this.exit = of.exit
    this.hints = of.hints ?? []
  }
}

/** What stderr says about an error, and the exit code it gives. */
export interface Ending {
  text: string
  hints: readonly string[]
  exit: number
}

/** The ending that belongs to whatever was thrown. `see` names the help page to read. */
export function endingOf(thrown: unknown, see: string): Ending {
  if (thrown instanceof Failure)
    return { text: thrown.message, hints: thrown.hints, exit: thrown.exit }
  if (thrown instanceof UsageError)
    return {
      text: `error: ${thrown.message}\nSee '${see} --help' for usage.`,
      hints: [],
      exit: exits.usage,
    }
  const refused = parserText(thrown)
  if (refused !== undefined) return endingOf(new UsageError(refused), see)
  if (thrown instanceof KubeError) {
    const { message, hints, exit } = failureOf(thrown)
    return { text: message, hints, exit }
  }
  if (thrown instanceof InvalidSpecError)
    return { text: `error: ${clean(thrown.message)}`, hints: [], exit: exits.error }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return {
    text: `error: internal error: ${message} (please report it, with the output of kubectl canary version)`,
    hints: [],
    exit: exits.internal,
  }
}

/** What oclif's parser refused, on one line and as kubectl says it; undefined for other errors. */
function parserText(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('oclif' in thrown)) return undefined
  const lines = thrown.message.split('\n').map((line) => line.trim())
  const text = lines.filter((line) => line !== '' && !line.startsWith('See more help')).join(': ')
  return text
    .replace(
      /^Parsing (--\S+): Expected (.*) but received: (.*)$/,
      'invalid argument "$3" for "$1" flag: must be $2',
    )
    .replace(
      /^Expected (--\S+?)=(.*) to be (one of: .*)$/,
      'invalid argument "$2" for "$1" flag: must be $3',
    )
    .replace(/^Expected (\S+) to be (one of: .*)$/, 'invalid argument "$1": must be $2')
}

/** The API server's refusal as the end of a command: for missing rights, with those needed. */
export function failureOf(error: KubeError): Failure {
  const [, verb, resource, group] =
    /cannot (\w+) resource "([^"]+)" in API group "([^"]*)"/.exec(error.message) ?? []
  const name = group ? `${resource}.${group}` : resource
  const hints =
    error.status === 403 && verb ? [`needed: ${verb} ${name}; --help lists all permissions`] : []
  return new Failure(kubeText(error), { exit: exits.error, hints, cause: error })
}

/** The API server's refusal in kubectl's words. */
function kubeText(error: KubeError): string {
  if (error.status === 401) return 'error: You must be logged in to the server (Unauthorized)'
  if (error.status === 0)
    return /^(The connection to the server|Unable to connect|Error in configuration)/.test(
      error.message,
    )
      ? error.message
      : error.reason === 'Config'
        ? `error: ${error.message}`
        : `Unable to connect to the server: ${error.message}`
  if (error.status === 422) return error.message
  return `Error from server${error.reason ? ` (${error.reason})` : ''}: ${error.message}`
}

/** The exit code of several objects: the common one when all failed alike, else 1. */
export function exitOfSeveral(codes: readonly number[]): number {
  const bad = codes.filter((code) => code !== exits.done)
  if (bad.length === 0) return exits.done
  const [first] = bad
  if (first !== undefined && bad.length === codes.length && bad.every((code) => code === first))
    return first
  return exits.error
}

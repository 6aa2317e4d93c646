/** What a load tester was told, by flags: Flagger's, and ours behind them. */
import { parseDuration } from '../../src/canary/duration.ts'
import { UsageError } from '../../src/errors.ts'
import { type FlagSpec, readBoolean, readFlags, readNumber } from '../process/config/flags.ts'

export interface LoadTesterConfig {
  help: boolean
  port: number
  logLevel: string
  logEncoding: 'json' | 'console'
  timeoutMs: number
  namespaces: RegExp | undefined
  isOpen: boolean
  tokenFile: string
  tokenReview: boolean
  tokenAudience: string
  trustedAccounts: string[]
  allowFile: string
  stateFolder: string
  mostTasks: number
}

const text = (about: string, otherwise = ''): FlagSpec => ({
  type: 'string',
  default: otherwise,
  about,
})
const truth = (about: string): FlagSpec => ({ type: 'boolean', default: false, about })
const count = (about: string, otherwise: number): FlagSpec => ({
  type: 'number',
  default: otherwise,
  about,
})

export const loadTesterFlags = {
  port: count('port to listen on', 9090),
  'log-level': text('debug, info, warn, error, fatal or panic', 'debug'),
  timeout: { type: 'duration', default: '1h', about: 'limit of every task' },
  'namespace-regexp': text('serve hooks of namespaces that match only'),
  'zap-encoding': text('json or console', 'json'),
  'zap-replace-globals': truth('accepted for compatibility, without effect'),
  auth: text('token, or none: then everybody who reaches it runs programs, as in Flagger', 'token'),
  'token-file': text('file with the token of those who may run programs and open gates'),
  'token-review': truth(
    'have the API server tell whose token it is: accounts act for their namespace',
  ),
  'token-audience': text('audience of tokens that the API server is asked about'),
  'trusted-accounts': text('accounts that act for every namespace, NAMESPACE/NAME, with commas'),
  'allow-file': text('file with commands that anybody may have run, one a line'),
  'state-dir': text('folder that keeps gates and results over a restart; empty keeps none'),
  'max-tasks': count('tasks under way at a time', 20),
  help: truth('print the flags and exit'),
} satisfies Record<string, FlagSpec>

/** Throws UsageError with one sentence for what cannot be meant. */
export function parseLoadTesterConfig(args: readonly string[]): LoadTesterConfig {
  const given = readFlags(args, loadTesterFlags)
  const read = (name: keyof typeof loadTesterFlags) =>
    given.get(name) ?? String(loadTesterFlags[name].default)
  const timeoutMs = parseDuration(read('timeout'))
  if (timeoutMs === undefined || timeoutMs <= 0)
    throw new UsageError(`flag -timeout must be a duration such as 1h, not "${read('timeout')}"`)
  const auth = read('auth')
  if (auth !== 'token' && auth !== 'none')
    throw new UsageError(`flag -auth must be token or none, not "${auth}"`)
  const mostTasks = readNumber('max-tasks', read('max-tasks'))
  if (mostTasks === 0) throw new UsageError('flag -max-tasks must be 1 or more')
  return {
    help: readBoolean('help', read('help')),
    port: readNumber('port', read('port')),
    logLevel: levels[read('log-level')] ?? 'info',
    logEncoding: read('zap-encoding') === 'console' ? 'console' : 'json',
    timeoutMs,
    namespaces: expression(read('namespace-regexp')),
    isOpen: auth === 'none',
    tokenFile: read('token-file'),
    tokenReview: readBoolean('token-review', read('token-review')),
    tokenAudience: read('token-audience'),
    trustedAccounts: read('trusted-accounts')
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== ''),
    allowFile: read('allow-file'),
    stateFolder: read('state-dir'),
    mostTasks,
  }
}

const levels: Readonly<Record<string, string>> = {
  ...{ debug: 'debug', info: 'info', warn: 'warn', warning: 'warn' },
  ...{ error: 'error', fatal: 'fatal', panic: 'fatal' },
}

/** Anywhere in the name, as in Flagger. */
function expression(pattern: string): RegExp | undefined {
  if (pattern === '') return undefined
  try {
    return new RegExp(pattern)
  } catch {
    throw new UsageError(`flag -namespace-regexp "${pattern}" is no regular expression`)
  }
}

/** One line for each flag. */
export function loadTesterUsage(): string {
  const lines = Object.entries(loadTesterFlags).map(
    ([name, { default: otherwise, about }]) =>
      `  -${name.padEnd(20)} ${about}${otherwise === '' ? '' : ` (${otherwise})`}`,
  )
  return ['canary-load-tester [flags]', 'canary-load-tester hey ...', '', ...lines].join('\n')
}

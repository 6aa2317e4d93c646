/** What all commands share; the one place of the plugin that constructs adapters. */
import { isatty } from 'node:tty'
import { Command } from '@oclif/core/command'
import pack from '../../package.json' with { type: 'json' }
import { UsageError } from '../../src/errors.ts'
import { systemClock } from '../../src/io/clock.ts'
import { createAllowance } from '../../src/io/deadline.ts'
import type { ConnectionFlags } from '../../src/io/kube/connection/config.ts'
import type { Beginning } from '../input/chosen.ts'
import { globalFlags } from '../input/flag-groups.ts'
import { type ConnectionWords, commandLines } from '../output/command-line.ts'
import type { Completes, Group, Programs, Registry } from './command-class.ts'
import { readVerbosity, showsRequests } from './log/verbosity.ts'
import { tellPatience } from './patience.ts'
import { processTerminal } from './process-terminal.ts'
import { serverClock } from './server-clock.ts'
import type { Session } from './session.ts'
import type { Terminal } from './terminal.ts'

export const clientVersion = `v${pack.version}`

/** Values of the global flags, as oclif gives them. */
export interface GlobalValues extends ConnectionWords {
  'insecure-skip-tls-verify': boolean
  'request-timeout'?: string | undefined
  color: string
  ascii: boolean
  v?: string | undefined
  'chunk-size': number
}

/** A command: static metadata, and a `run` that answers its exit code. */
export abstract class CanaryCommand extends Command {
  static override baseFlags = globalFlags
  static group: Group = 'Other'
  /** In help the lowest stands first in its group. */
  static place = 100
  /** What people call it who know other tools. */
  static meantBy: readonly string[] = []
  static completes: Completes = 'canaries'
  /** The line behind `Usage:`, without the name of the plugin. */
  static synopsis = ''
  /** Kubernetes permissions that it needs, for its help. */
  static permissions: readonly string[] = []
  /** Exit codes that it can give, for its help. */
  static exitCodes: readonly string[] = []

  static signal: AbortSignal = new AbortController().signal
  /** All commands, for help; set by main.ts, which alone knows them. */
  static registry: Registry = {}
  /** What main.ts was given; absent where the plugin is started alone. */
  static programs: Programs | undefined

  readonly #open: (() => Promise<void>)[] = []

  /** Runs, and closes what was opened, also after a failure. */
  async execute(): Promise<number> {
    try {
      return await this.run()
    } finally {
      await Promise.all(this.#open.map((close) => close()))
    }
  }

  abstract override run(): Promise<number>

  protected terminalOf(flags: GlobalValues): Terminal {
    return processTerminal(flags, CanaryCommand.signal)
  }

  /** What commands begin with that look at canaries. */
  protected beginning(flags: GlobalValues): Beginning {
    return { terminal: this.terminalOf(flags), connect: () => this.session(flags) }
  }

  /** Connects to the cluster that flags and kubeconfig name; nothing is sent yet. */
  protected async session(flags: GlobalValues): Promise<Session> {
    const terminal = this.terminalOf(flags)
    const [{ loadConnection }, { connect }, { inPages }] = await Promise.all([
      import('../../src/io/kube/connection/config.ts'),
      import('../../src/io/kube/client.ts'),
      import('../../src/io/kube/in-pages.ts'),
    ])
    const connection = loadConnection(connectionFlags(flags), {
      isInteractive: isatty(0),
    })
    const { platform, arch } = process
    const verbosity = readVerbosity(flags.v)
    // Most commands show none.
    const shown = verbosity >= showsRequests ? await import('./log/wire-log.ts') : undefined
    const clock = serverClock(systemClock)
    const { requestTimeoutMs } = connection
    const allowance = requestTimeoutMs ? createAllowance(systemClock, requestTimeoutMs) : undefined
    const patience = tellPatience(terminal, connection.server)
    const kube = connect(connection, {
      userAgent: `kubectl-canary/${clientVersion} (${platform}/${arch}) ${this.id ?? ''}`,
      // A person waits: better say at once what is wrong.
      retries: 1,
      allowance,
      brief: true,
      onRequest({ date }) {
        patience.end()
        clock.hear(date)
      },
      onExchange: shown && ((exchange) => terminal.err(shown.exchangeText(exchange, verbosity))),
    })
    this.#open.push(() => kube.close())
    this.#open.push(async () => patience.end())
    return {
      kube: inPages(kube, flags['chunk-size']),
      clock,
      namespace: connection.namespace,
      context: connection.context,
      terminal,
      signal: CanaryCommand.signal,
      ...(requestTimeoutMs && { requestTimeoutMs }),
      allowance,
      commands: commandLines(this.config.bin, flags, connection.namespace),
      namespaceGiven: flags.namespace !== undefined,
    }
  }
}

function connectionFlags(flags: GlobalValues): ConnectionFlags {
  const extra = flags['as-user-extra']
  const all = {
    kubeconfig: flags.kubeconfig,
    context: flags.context,
    cluster: flags.cluster,
    user: flags.user,
    namespace: flags.namespace,
    server: flags.server,
    token: flags.token,
    as: flags.as,
    asGroups: flags['as-group'],
    asUid: flags['as-uid'],
    asUserExtra: extra && userExtra(extra),
    certificateAuthority: flags['certificate-authority'],
    clientCertificate: flags['client-certificate'],
    clientKey: flags['client-key'],
    insecureSkipTlsVerify: flags['insecure-skip-tls-verify'] || undefined,
    tlsServerName: flags['tls-server-name'],
    requestTimeout: flags['request-timeout'],
  }
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined),
  ) as ConnectionFlags
}

/** `--as-user-extra KEY=VALUE`, several values for a key allowed. */
function userExtra(pairs: readonly string[]): Record<string, string[]> {
  const extra: Record<string, string[]> = {}
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    if (equals <= 0) throw new UsageError(`invalid --as-user-extra "${pair}": must be KEY=VALUE`)
    const key = pair.slice(0, equals)
    extra[key] = [...(extra[key] ?? []), pair.slice(equals + 1)]
  }
  return extra
}

/** What a command works with, once it knows the cluster. Plain data, built by base.ts alone. */
import type { Clock } from '../../src/io/clock.ts'
import type { Allowance } from '../../src/io/deadline.ts'
import type { Kube } from '../../src/io/kube/kube.ts'
import type { CommandLines } from '../output/command-line.ts'
import type { Terminal } from './terminal.ts'

export interface Session {
  kube: Kube
  clock: Clock
  /** Of the flags, or of the context. */
  namespace: string
  /** Name of the kubeconfig context; absent in a pod. */
  context: string | undefined
  terminal: Terminal
  signal: AbortSignal
  /** Of --request-timeout; absent leaves it to each who asks. */
  requestTimeoutMs?: number | undefined
  /** What of it is left for all requests of the command together. */
  allowance?: Allowance | undefined
  /** Commands to tell people of, which reach what this one reached. */
  commands: CommandLines
  /** True when --namespace was given. */
  namespaceGiven: boolean
  /** Shortest analysis interval of the controller, where it is known and not the default. */
  minIntervalMs?: number
}

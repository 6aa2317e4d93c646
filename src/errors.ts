/** The error classes of the project; `controller/tick/reconcile.ts` and `commands/shell/base.ts` map them. */

/** The user must edit an object. The message names the object, the field and the remedy. */
export class InvalidSpecError extends Error {
  override readonly name = 'InvalidSpecError'
}

/** The API server refused a request, or could not be reached (`status` 0). */
export class KubeError extends Error {
  override readonly name = 'KubeError'
  /** HTTP status of the answer; 0 when there was none. */
  readonly status: number
  /** The `reason` of the API server's Status object, such as `NotFound` or `Conflict`. */
  readonly reason: string
  /** Milliseconds to wait before another try, where the server said so. */
  readonly retryAfterMs: number | undefined
  /** An answer that is none of the API server's own, as of a Service that it leads to. */
  readonly foreign: string | undefined

  constructor(
    message: string,
    of: {
      status: number
      reason?: string
      retryAfterMs?: number | undefined
      foreign?: string | undefined
      cause?: unknown
    },
  ) {
    super(message, { cause: of.cause })
    this.status = of.status
    this.reason = of.reason ?? ''
    this.retryAfterMs = of.retryAfterMs
    this.foreign = of.foreign
  }
}

/** A metrics server, webhook or chat service failed or gave an answer that cannot be read. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  /** Another try would end the same way: a bad address, a certificate that nobody trusts. */
  readonly isFinal: boolean
  /** This process could not ask, for want of a name's address or of room: nobody there failed. */
  readonly isOurs: boolean

  constructor(message: string, of: { cause?: unknown; isFinal?: boolean; isOurs?: boolean } = {}) {
    super(message, { cause: of.cause })
    this.isFinal = of.isFinal ?? false
    this.isOurs = of.isOurs ?? false
  }
}

/** This replica may lead no longer, and must not act until it knows; no failure of anybody. */
export class StandbyError extends Error {
  override readonly name = 'StandbyError'

  constructor() {
    super('the lease of this replica was not renewed in time: nothing is changed until it is')
  }
}

/** A bad argument of a command, or a request that the phase forbids. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The text of whatever was thrown; itself it never throws. */
export function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown)
  } catch {
    return 'something that has no text'
  }
}

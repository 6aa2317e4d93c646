/** What could not be read for a report, and the note that says so. Pure. */
import { KubeError } from '../errors.ts'
import type { Warning } from './warnings.ts'

/** A request for a kind that gave nothing. */
export interface Unread {
  kind: string
  /** Such as `list pods`. */
  request: string
  /** How it failed; null where the user may not. */
  why: string | null
}

/** One line for people. */
export function unreadText({ request, why }: Unread): string {
  return why === null ? `no permission to ${request}` : `${request} failed: ${why}`
}

/** Of a warning that only says what is not shown. */
export const unreadCode = 'CAN013'

/** The same as the report has it. */
export function unreadWarning(unread: Unread): Warning {
  return { code: unreadCode, message: unreadText(unread) }
}

/** What stands in the place of a kind; undefined where it could be read. */
export function hiddenText(
  { unread }: { unread: readonly Unread[] },
  kind: string,
): string | undefined {
  const found = unread.find((one) => one.kind === kind)
  if (!found) return undefined
  return found.why === null ? unreadText(found) : `${found.request} failed`
}

/** The answer of the server in short, or that there was none. */
export function failureText({ status, reason, message }: KubeError): string {
  // Whose server it is says the first part, and the reader knows.
  if (status === 0) return message.replace(/^Unable to connect to the server \S+: /, '')
  return `${[status, reason].filter(Boolean).join(' ')}: ${message}`
}

/** What a failed request leaves. Throws the error on where it is more than the failure of one. */
export function asUnread(error: unknown, of: Omit<Unread, 'why'>): Unread {
  if (!(error instanceof KubeError) || !isOfOneRequest(error)) throw error
  return { ...of, why: error.status === 403 ? null : failureText(error) }
}

/** Reasons of failures that every further request would share. */
const ofAllRequests = ['Aborted', 'Certificate', 'Config', 'ConnectionRefused', 'Unreachable']

/** False where the server is away, or the user is not logged in or gave up. */
export function isOfOneRequest({ status, reason }: KubeError): boolean {
  return status === 0 ? !ofAllRequests.includes(reason) : status !== 401
}

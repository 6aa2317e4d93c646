/** One attempt to tell one receiver, by as many requests as its service takes for that. */
import { messageOf, ProviderError } from '../../src/errors.ts'
import type { Http, HttpRequest } from '../../src/io/http.ts'
import { type Attempt, attemptOf } from '../../src/notifiers/answer.ts'
import type { Alert, Notifier, NotifierTarget, Thread } from '../../src/notifiers/notifier.ts'

/** Where the messages of the run are, with this receiver. */
export interface Threads {
  current(): Thread | undefined
  opened(thread: Thread): void
  /** The service does not take it any more. */
  closed(): void
}

interface Sending {
  notifier: Notifier
  target: NotifierTarget
  threads?: Threads | undefined
}

/** A thread that is gone, or that nobody may write to, must not swallow the alert: it begins another. */
export async function sendTo(
  to: Sending,
  alert: Alert,
  ask: (request: HttpRequest) => ReturnType<Http>,
): Promise<Attempt> {
  const thread = to.threads?.current()
  const attempt = await sendIn(thread, to, alert, ask)
  if (!thread || attempt.sent || !attempt.isFinal) return attempt
  to.threads?.closed()
  return sendIn(undefined, to, alert, ask)
}

async function sendIn(
  thread: Thread | undefined,
  { notifier, target: of, threads }: Sending,
  alert: Alert,
  ask: (request: HttpRequest) => ReturnType<Http>,
): Promise<Attempt> {
  const target = { ...of, thread }
  const requests = [notifier.request(target, alert), ...(notifier.further?.(target, alert) ?? [])]
  try {
    for (const [index, request] of requests.entries()) {
      const answer = await ask(request)
      const attempt = attemptOf(answer, target, notifier)
      if (!attempt.sent) return attempt
      const begun = index === 0 && !thread ? notifier.threadIn?.(target, answer) : undefined
      if (begun) threads?.opened(begun)
    }
    return { sent: true }
  } catch (error) {
    const isFinal = error instanceof ProviderError && error.isFinal
    return { sent: false, why: `send error: ${messageOf(error)}`, isFinal }
  }
}

/** The picture of one canary, which goes on between two of its changes. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { pause } from '../../src/io/deadline.ts'
import { type GatherOptions, gather } from '../../src/report/reading/gather.ts'
import type { CanaryReport } from '../../src/report/report.ts'
import { readerOf } from '../shell/reader.ts'
import type { Session } from '../shell/session.ts'
import { hurried, noAnswerYet } from './hurried.ts'

export interface PictureOptions {
  /** What is read of the canary's parts. */
  reads: Omit<GatherOptions, 'isWhole'>
  /** On a terminal; else whoever draws looks at the answers of `take` alone. */
  isDrawn: boolean
  draw(report: CanaryReport): void
}

export interface Picture {
  /**
   * Draws this state of the canary, with what is read of its parts: all of them, or after so many
   * failures what there is.
   */
  take(resource: CanaryResource, failures: number): Promise<CanaryReport>
  stop(): void
}

/** Of looks at all parts of a canary; they take seven seconds together. */
const mostFailures = 3

/** What is drawn of one canary; its countdowns go on between two changes. */
export function createPicture(
  start: CanaryResource,
  session: Session,
  { reads, isDrawn, draw }: PictureOptions,
): Picture {
  const plain = readerOf(session)
  const reader = isDrawn ? hurried(plain, session) : plain
  // A server that was away is soon back; what a server goes on failing to give is left out.
  let patience = mostFailures
  const look = async (of: CanaryResource, failures = 0) => {
    // On a terminal a part is better than nothing, for the rest follows.
    const isWhole = !isDrawn && failures < patience
    const looked = await gather(of, reader, { ...reads, isWhole })
    patience = looked.unread.some(({ why }) => why !== null) ? 0 : mostFailures
    return looked
  }
  let latest = start
  let report: CanaryReport | undefined
  const redraw = () => {
    if (report) draw(refreshed(report, session))
  }
  const ticking = countDown(session, {
    redraw,
    isDue: (second) => second % 5 === 0 || Boolean(report && isAwaited(report)),
    async look() {
      const seen = latest
      const looked = await look(seen)
      // Of an older state than the one on the screen, when the canary has changed meanwhile.
      if (seen === latest) report = looked
    },
  })
  return {
    async take(resource, failures) {
      latest = resource
      report = await look(resource, failures)
      redraw()
      return report
    },
    stop: ticking.stop,
  }
}

/** Countdowns go on between two looks. */
function refreshed(report: CanaryReport, { clock }: Session): CanaryReport {
  const passed = (clock.now().getTime() - Date.parse(report.observedAt)) / 1000
  const { nextInSeconds } = report.checks
  if (nextInSeconds === null) return report
  const left = Math.round(nextInSeconds - passed)
  // What is late for more than a moment is not about to come.
  const shown = left < -2 ? null : Math.max(0, left)
  return { ...report, checks: { ...report.checks, nextInSeconds: shown } }
}

/** Something was asked for and is still to come: to ask again costs nothing. */
function isAwaited({ unread }: CanaryReport): boolean {
  return unread.some(({ why }) => why === noAnswerYet)
}

interface Ticking {
  redraw(): void
  isDue(second: number): boolean
  look(): Promise<void>
}

/** Redraws every second, and looks at the parts again when that is due. */
function countDown(session: Session, { redraw, isDue, look }: Ticking) {
  const stopped = new AbortController()
  const signal = AbortSignal.any([stopped.signal, session.signal])
  const run = async () => {
    if (!session.terminal.isTerminal) return
    for (let second = 1; !signal.aborted; second++) {
      await pause(session.clock, 1000, signal)
      if (signal.aborted) return
      // A look that fails leaves the picture as it is; the watch tells what is wrong.
      if (isDue(second)) await look().catch(() => {})
      // It may have ended during the look: then the last picture stays.
      if (!signal.aborted) redraw()
    }
  }
  void run()
  return { stop: () => stopped.abort() }
}

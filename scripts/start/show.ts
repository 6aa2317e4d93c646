/** Shows the canary while the story goes on: redrawn in place, or as lines where nothing can be. */

import { viewOf } from '../../commands/following/view.ts'
import { ageText } from '../../commands/output/age.ts'
import { cut } from '../../commands/output/clean.ts'
import { createFrame } from '../../commands/output/frame.ts'
import { changeLine } from '../../commands/output/views/change-line.ts'
import { readerOf } from '../../commands/shell/reader.ts'
import type { Session } from '../../commands/shell/session.ts'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { gather } from '../../src/report/reading/gather.ts'
import type { CanaryReport } from '../../src/report/report.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { canaryRef, load, namespace } from './manifests.ts'

export interface Show {
  /** What the user is to see now, such as `2/3  podinfo 6.0.1 ...`. */
  stage(title: string): void
  /** Draws once more where that is possible, and leaves it there. */
  end(): Promise<void>
}

const everyMs = 500
/** Rows that the view needs to have room for pods, and for more than a few events. */
const rowsWithPods = 36
const rowsWithEvents = 28

export function startShow(sandbox: Sandbox, session: Session): Show {
  const { terminal, clock, signal } = session
  const frame = createFrame(terminal)
  const reader = readerOf(session)
  const startedAt = clock.now().getTime()
  let stage = ''
  let told = ''
  let timer: NodeJS.Timeout | undefined
  let drawing = Promise.resolve()

  async function draw(): Promise<void> {
    const resource = sandbox.store.get<CanaryResource>(canaryRef)
    if (!resource) return
    const report = await gather(resource, reader, { full: true, events: 4, pods: true })
    if (terminal.isTerminal) frame.show(linesOf(report))
    else if (report.phase !== '') tell(changeLine(report))
  }

  function linesOf(report: CanaryReport): string[] {
    const { style, height = 24, width = Number.POSITIVE_INFINITY } = terminal
    const pods = height >= rowsWithPods
    const events = height >= rowsWithEvents ? 4 : 2
    const view = viewOf(report, session, { wide: false, events, pods, maxPods: 3 })
    const title = style.bold(cut(stage, width))
    const hint = `kubectl --kubeconfig=${sandbox.kubeconfigPath} -n ${namespace} get pods`
    // A path that is cut is of no use.
    const hints = hint.length <= width ? [style.dim(hint)] : []
    return [title, '', ...view, '', usersLine(sandbox), ...hints]
  }

  function tell(line: string): void {
    // A countdown alone is no change.
    const facts = line.replace(/ eta=\S+/, '')
    if (facts === told) return
    told = facts
    terminal.out(`${elapsed().padStart(5)}  ${line}\n`)
  }

  function elapsed(): string {
    return ageText(clock.now().getTime() - startedAt)
  }

  function next(): void {
    // What can't be read right now is read in the next round; the controller tells what is wrong.
    drawing = draw().catch(() => {})
    void drawing.then(() => {
      if (!signal.aborted) timer = setTimeout(next, everyMs)
    })
  }

  next()
  return {
    stage(title) {
      stage = title
      if (!terminal.isTerminal) terminal.out(`${elapsed().padStart(5)}  ${title}\n`)
    },
    async end() {
      await drawing
      clearTimeout(timer)
      if (!signal.aborted) await draw().catch(() => {})
      frame.end()
      if (!terminal.isTerminal) terminal.out(`${usersLine(sandbox)}\n`)
    },
  }
}

function usersLine({ traffic }: Sandbox): string {
  const { sent, failed } = traffic.tally(load)
  const share = sent === 0 ? 100 : (100 * (sent - failed)) / sent
  return `Users sent ${sent} requests so far; ${share.toFixed(2)}% were answered well.`
}

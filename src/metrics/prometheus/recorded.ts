/** What both versions counted in each step of a long time: the query of a look, over a range. */
import { countOf } from '../../judge/look.ts'
import type { Conversation, MetricSource, Samples, StepCounts } from '../provider.ts'
import { pastRange, type Range } from './history.ts'
import { ask, getRequest } from './provider.ts'
import { rangesOf } from './samples.ts'

/** Prometheus answers no more points of one series than 11,000. */
const mostSteps = 10_000

/** Asks for the counts of both versions in each step, in as many pieces as the server needs. */
export function* recordedSteps(
  of: MetricSource & { query: string; range: Range },
): Conversation<Samples> {
  const { query, range, ...source } = of
  const steps: StepCounts[] = []
  for (const piece of piecesOf(range)) {
    const series = rangesOf(yield* ask(getRequest(source, pastRange(query, piece)), source))
    const named = new Map(series.map(({ labels, values }) => [labels.n, new Map(values)]))
    const times = [...new Set(series.flatMap(({ values }) => values.map(([at]) => at)))]
    const count = (arm: string, at: number) =>
      countOf(numberAt(named.get(`${arm}_bad`), at), numberAt(named.get(`${arm}_all`), at))
    for (const at of times.sort((a, b) => a - b))
      steps.push({ at, canary: count('canary', at), primary: count('primary', at) })
  }
  return { steps }
}

function numberAt(values: ReadonlyMap<number, number> | undefined, at: number): number {
  const value = values?.get(at) ?? 0
  return Number.isFinite(value) ? value : 0
}

/** The oldest first, each no longer than the server allows. */
function piecesOf({ until, stepSeconds, steps }: Range): Range[] {
  const pieces: Range[] = []
  for (let done = 0; done < steps; done += mostSteps) {
    const count = Math.min(mostSteps, steps - done)
    const after = steps - done - count
    const end = new Date(until.getTime() - after * stepSeconds * 1_000)
    pieces.push({ until: end, stepSeconds, steps: count })
  }
  return pieces
}

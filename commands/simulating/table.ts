/** What the judge of a Canary would tell apart: many runs in a second, without the rules of a run. */
import type { Canary } from '../../src/canary/canary.ts'
import type { Sample } from '../../src/judge/simulated/compare.ts'
import type { Service } from '../../src/judge/simulated/play.ts'
import { seededRandom } from '../../src/sandbox/random.ts'
import {
  brokenPromise,
  canaryWith,
  judgeTable,
  remedyFor,
  rolloutOf,
  usualVersions,
  type Version,
} from '../../src/simulation/judge-table.ts'
import { readTime } from '../input/durations.ts'
import { judgeOddsLines, sweepLines } from '../output/views/runs/judge-odds-view.ts'
import type { Terminal } from '../shell/terminal.ts'
import { serverOf, serviceOf } from './history.ts'
import { readNoise } from './noise.ts'
import { errorRates } from './settings.ts'
import { readSweep, type Sweep } from './sweep.ts'

export interface TableFlags {
  requests: number
  runs: number
  seed: number
  noise?: string | undefined
  sweep?: string | undefined
  'from-history'?: string | undefined
  prometheus?: string | undefined
  /** Given by the user; without it the usual versions are compared. */
  'error-rate'?: string | undefined
}

export interface JudgeOdds {
  lines: string[]
  content: object
  /** A promise of the judge is not kept. */
  isBroken: boolean
}

const usualRuns = 400

/** Throws InvalidSpecError for a Canary without a judge, UsageError for a flag that can't be read. */
export async function judgeOdds(
  canary: Canary,
  flags: TableFlags & { primaryErrorRate: number },
  terminal: Terminal,
): Promise<JudgeOdds> {
  const service = await playedService(canary, flags, terminal)
  const runs = flags.runs > 1 ? flags.runs : usualRuns
  const sample: Sample = { runs, seed: flags.seed, random: seededRandom }
  if (flags.sweep !== undefined)
    return sweepOf(canary, { service, sweep: readSweep(flags.sweep) }, sample)
  const rollout = rolloutOf(canary)
  const rows = judgeTable({ rollout, service, versions: versionsOf(service, flags) }, sample)
  const broken = brokenPromise(rows, rollout, runs)
  const remedy = remedyFor(canary, { rows, service }, sample)
  const notes = [...broken, ...(remedy === undefined ? [] : [remedy])]
  return {
    lines: [
      headline(canary, service),
      '',
      ...judgeOddsLines(rows),
      ...(notes.length > 0 ? [''] : []),
      ...notes,
    ],
    content: { service, runs, rows, notes },
    isBroken: broken.length > 0,
  }
}

async function playedService(
  canary: Canary,
  flags: TableFlags & { primaryErrorRate: number },
  terminal: Terminal,
): Promise<Service> {
  const back = flags['from-history']
  if (back === undefined)
    return {
      requestsPerSecond: flags.requests,
      rate: flags.primaryErrorRate,
      ...readNoise(flags.noise ?? 'independent'),
    }
  const metricsServer = serverOf(canary, flags.prometheus)
  const backMs = readTime('--from-history', back)
  return serviceOf({ ...canary, metricsServer }, { backMs, now: new Date() }, terminal)
}

function versionsOf({ rate }: Service, flags: TableFlags): Version[] {
  const [healthy, ...others] = usualVersions(rate)
  if (!healthy || flags['error-rate'] === undefined) return usualVersions(rate)
  const own = errorRates(flags['error-rate']).map((one) => ({
    label: `${Number((100 * one).toFixed(4))}%`,
    rate: one,
  }))
  return others.length > 0 ? [healthy, ...own] : own
}

function sweepOf(
  canary: Canary,
  { service, sweep }: { service: Service; sweep: Sweep },
  sample: Sample,
): JudgeOdds {
  const ratio = canary.analysis.judge?.ratio ?? 2
  const versions: Version[] = [
    { label: 'healthy', rate: service.rate },
    { label: 'worse', rate: Math.min(1, ratio * service.rate) },
  ]
  const rows = sweep.values.flatMap((value) => {
    const rollout = rolloutOf(canaryWith(canary, sweep.setting, value))
    const [healthy, worse] = judgeTable({ rollout, service, versions }, sample)
    const label = `${sweep.setting}=${value}`
    return healthy && worse ? [{ label, healthy: healthy.judge, worse: worse.judge }] : []
  })
  return {
    lines: [headline(canary, service), '', ...sweepLines(rows, ratio)],
    content: { service, runs: sample.runs, sweep: rows },
    isBroken: false,
  }
}

function headline({ label }: Canary, of: Service): string {
  const rate = Number((100 * of.rate).toPrecision(3))
  const requests = Number(of.requestsPerSecond.toPrecision(3))
  const size = of.size === undefined ? '' : ` (${Number(of.size.toPrecision(2))})`
  return `${label}: ${requests} requests a second, ${rate}% of the primary's fail, ${of.noise}${size}`
}

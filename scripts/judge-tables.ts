/**
 * Plays thousands of seeded runs by the judge as it ships, and writes what came of them into
 * docs/judge.md: `npm run judge:tables`, about three minutes of one core.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { effectiveJudge } from '../src/canary/judging.ts'
import { type Plan, priorDispersion } from '../src/judge/plan.ts'
import { drawsFrom } from '../src/judge/simulated/draws.ts'
import { type Noise, noises } from '../src/judge/simulated/noise.ts'
import { type Played, planAfter, play, type Service } from '../src/judge/simulated/play.ts'
import { seededRandom } from '../src/sandbox/random.ts'

const weights = [5, 10, 15, 20, 25, 30, 35, 40, 45, 50]
const speeds = [1, 10, 100, 1_000]
const rates = [0.001, 0.005, 0.01]
const histories = 50

const effects = {
  healthy: (rate: number) => rate,
  'twice as many failures': (rate: number) => 2 * rate,
  'five times as many failures': (rate: number) => 5 * rate,
  'half of all requests fail': () => 0.5,
} as const
type Effect = keyof typeof effects

const { judge } = effectiveJudge({}, 60_000)
if (!judge) throw new Error('the judge has no defaults')
const { ratio, ignoreBelow, falseRollback, missed, require, compareTo } = judge
const plan: Plan = {
  ...{ ratio, ignoreBelow, falseRollback, missed, require, compareTo },
  ...{ objective: 0.01, scheduledLooks: weights.length, plannedLooks: 60 },
  dispersion: priorDispersion,
}

const known = new Map<string, Plan[]>()

function plansOf(service: Service): Plan[] {
  const key = JSON.stringify(service)
  const plans =
    known.get(key) ??
    Array.from({ length: histories }, (_, at) =>
      planAfter(service, plan, drawsFrom(seededRandom(7_000_000 + at))),
    )
  known.set(key, plans)
  return plans
}

function playedBy(service: Service, effect: Effect, runs: number): Played[] {
  const plans = plansOf(service)
  return Array.from({ length: runs }, (_, at) => {
    const own = plans[at % plans.length] ?? plan
    const draws = drawsFrom(seededRandom(at * 7919 + 13))
    return play({ ...service, effect: effects[effect], weights, plan: own, draws })
  })
}

const share = (runs: readonly Played[], end: Played['end']) =>
  (100 * runs.filter((one) => one.end === end).length) / runs.length

/** The worst of the three rates, by noise and requests a second. */
function table(title: string, effect: Effect, of: { runs: number; end: Played['end'] }): string {
  const rows = noises.map((noise: Noise) => {
    const cells = speeds.map((requestsPerSecond) => {
      const found = rates.map((rate) =>
        share(playedBy({ requestsPerSecond, rate, noise }, effect, of.runs), of.end),
      )
      return percent(Math.max(...found))
    })
    process.stderr.write(`${effect}, ${noise}: ${cells.join(' ')}\n`)
    return `| ${noise} | ${cells.join(' | ')} |`
  })
  const head = speeds.map((one) => `${one.toLocaleString('en')}/s`).join(' | ')
  return [`**${title}**`, '', `| | ${head} |`, '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  )
}

const percent = (value: number): string => `${Number(value.toFixed(1))} %`

const runs = Number(process.argv.find((arg) => arg.startsWith('--runs='))?.slice(7) ?? 1_000)
const fewer = Math.ceil(runs / 4)
const tables = [
  table('Healthy versions that were rolled back', 'healthy', { runs, end: 'rolled back' }),
  table('Versions with twice the failures that were promoted', 'twice as many failures', {
    runs: fewer,
    end: 'promoted',
  }),
  table('Versions with five times the failures that were promoted', 'five times as many failures', {
    runs: fewer,
    end: 'promoted',
  }),
  table('Healthy versions that were promoted within the hour', 'healthy', {
    runs: fewer,
    end: 'promoted',
  }),
  table(
    'Versions with twice the failures that were found within the hour',
    'twice as many failures',
    {
      runs: fewer,
      end: 'rolled back',
    },
  ),
]

const page = path.join(import.meta.dirname, '../docs/judge.md')
const text = readFileSync(page, 'utf8')
const [before = '', rest = ''] = text.split('<!-- judge-tables:begin -->')
const [, after = ''] = rest.split('<!-- judge-tables:end -->')
const marked = `<!-- judge-tables:begin -->\n\n${tables.join('\n\n')}\n\n<!-- judge-tables:end -->`
writeFileSync(page, before + marked + after)

import { expect, test } from 'vitest'
import { createStyle } from '../../../../../../commands/output/style.ts'
import { judgeLines } from '../../../../../../commands/output/views/status/judge-table.ts'
import type { JudgeStatus } from '../../../../../../src/canary/api.gen.ts'
import type { CanaryReport } from '../../../../../../src/report/report.ts'

const judge: JudgeStatus = {
  version: 1,
  startedAt: '2026-01-01T00:00:00Z',
  lastLook: '2026-01-01T00:04:00Z',
  verdict: 'Inconclusive',
  plan: {
    ...{ ratio: 2, ignoreBelow: 0.1, falseRollback: 1, missed: 5 },
    ...{ scheduledLooks: 10, plannedLooks: 60 },
  },
  reason: 'Caution',
  why: 'the judge holds: request-success-rate may be worse than at the primary',
  metrics: [
    {
      name: 'request-success-rate',
      canary: { bad: 30, all: 3_000 },
      primary: { bad: 105, all: 21_000 },
      ratio: { estimate: 2, low: 1, high: 3.67 },
      harm: 24.3,
      safety: 0.0183,
      looks: '',
    },
  ],
}

const style = createStyle({ color: false, ascii: false })

/** As much of a report as the table is made of. */
const linesOf = (of: JudgeStatus | undefined, health = 'progressing') => {
  const report = { phase: 'Progressing', health, ...(of && { judge: of }) }
  return judgeLines(report as CanaryReport, { style, width: undefined })
}

test('the counts of both versions stand beside how sure they make it', () => {
  expect(linesOf(judge)).toEqual([
    'JUDGE                  CANARY          PRIMARY             RATIO (95 %)    HARM        SAFETY        VERDICT',
    'request-success-rate   30/3000 (1 %)   105/21000 (0.5 %)   2.0 (1.0-3.7)   24 of 100   0.018 of 20   ⚠ caution',
    'the judge holds: request-success-rate may be worse than at the primary',
  ])
})

test('a pass needs no reason, and a shadow says that it moves nothing', () => {
  const lines = linesOf({ ...judge, verdict: 'Pass', shadow: true })
  expect(lines).toHaveLength(2)
  expect(lines[1]).toMatch(/✔ pass \(shadow\)$/)
})

test('a shadow tells since when it would have rolled back', () => {
  const at = '2026-01-01T00:04:00Z'
  const lines = linesOf({ ...judge, shadow: true, wouldRollBackAt: at })
  expect(lines.at(-1)).toBe(`the judge would have rolled back at ${at}`)
})

test('slow requests name their bound, and a metric that is not judged its range', () => {
  const [metric] = judge.metrics ?? []
  if (!metric) throw new Error('no metric')
  const slow = { ...metric, name: 'request-duration', bound: 500 }
  const ranged = { name: 'request-duration', ranged: 'the primary has no buckets', looks: '' }
  expect(linesOf({ ...judge, metrics: [slow] })[1]).toMatch(/^request-duration over 500ms +30/)
  expect(linesOf({ ...judge, metrics: [ranged] })[1]).toMatch(
    /^request-duration +- .* by its range$/,
  )
  expect(linesOf({ ...judge, metrics: [ranged] }).at(-1)).toBe(
    'request-duration: the primary has no buckets',
  )
})

test('nothing is shown where nothing is judged, or no run goes', () => {
  expect(linesOf(undefined)).toEqual([])
  expect(linesOf({ ...judge, metrics: [] })).toEqual([])
  expect(linesOf(judge, 'idle')).toEqual([])
})

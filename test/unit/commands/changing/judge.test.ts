import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Change } from '../../../../commands/changing/change.ts'
import { judge } from '../../../../commands/changing/judge.ts'
import type { Phase } from '../../../../src/canary/canary.ts'
import { summarize } from '../../../../src/report/summary.ts'
import { canary, now, progressing } from '../builders.ts'

const change = (verb: Change['verb'], of: Partial<Change> = {}): Change => ({
  verb,
  fields: {},
  question: '',
  asksForOne: false,
  anyRevision: true,
  ...of,
})

const changes: Record<string, Change> = {
  promote: change('promote', { mode: 'gate' }),
  step: change('promote', { mode: 'step', fields: { steps: 1 } }),
  full: change('promote', { mode: 'full' }),
  skip: change('skip-analysis', { mode: 'once' }),
  abort: change('abort'),
  pause: change('pause'),
  resume: change('resume'),
  reset: change('reset'),
  force: change('reset', { fields: { force: true } }),
  retry: change('retry'),
  restart: change('restart'),
}

/** Verb by phase, as docs/cli.md has it. */
const table: [Phase | 'paused', string][] = [
  [
    'Initializing',
    'promote:no step:no full:no skip:go abort:no pause:go resume:same reset:go force:go retry:no restart:no',
  ],
  [
    'Initialized',
    'promote:same step:no full:no skip:go abort:no pause:go resume:same reset:go force:go retry:no restart:go',
  ],
  [
    'Succeeded',
    'promote:same step:no full:no skip:go abort:no pause:go resume:same reset:go force:go retry:no restart:go',
  ],
  [
    'Waiting',
    'promote:go step:no full:go skip:go abort:go pause:go resume:same reset:no force:go retry:no restart:go',
  ],
  [
    'Progressing',
    'promote:no step:go full:go skip:go abort:go pause:go resume:same reset:no force:go retry:no restart:go',
  ],
  [
    'paused',
    'promote:go step:go full:go skip:go abort:go pause:same resume:go reset:no force:go retry:no restart:go',
  ],
  [
    'WaitingPromotion',
    'promote:go step:no full:go skip:go abort:go pause:go resume:same reset:no force:go retry:no restart:go',
  ],
  [
    'Promoting',
    'promote:same step:no full:same skip:same abort:no pause:go resume:same reset:no force:no retry:no restart:no',
  ],
  [
    'Finalising',
    'promote:same step:no full:same skip:same abort:no pause:go resume:same reset:no force:no retry:no restart:no',
  ],
  [
    'Failed',
    'promote:no step:no full:no skip:go abort:same pause:go resume:same reset:go force:go retry:go restart:go',
  ],
]

function verdict(phase: Phase | 'paused', of: Change) {
  const run = progressing.canaryAnalysis
  const status =
    phase === 'paused'
      ? { ...progressing, canaryAnalysis: { ...run, paused: { since: '2026-11-20T14:00:00Z' } } }
      : { ...progressing, phase, lastPromotedSpec: 'v2:6c9d7f31a0' }
  const seen = canary({ status })
  const command = (verb: string, ...words: string[]) =>
    ['kubectl canary', verb, 'podinfo', ...words].join(' ')
  return judge({ change: of, canary: seen, summary: summarize(seen, now), command })
}

describe.each(table)('in %s', (phase, row) => {
  test.each(row.split(' ').map((cell) => cell.split(':')))('%s is judged %s', (name, wanted) => {
    const of = changes[name ?? '']
    expect(of && verdict(phase, of).kind).toBe(wanted)
  })
})

test('docs/cli.md has the same table', () => {
  const page = readFileSync(new URL('../../../../docs/cli.md', import.meta.url), 'utf8')
  const [, ...rows] = (/^\| Phase \|[\s\S]*?\n\n/m.exec(page)?.[0] ?? '').trim().split('\n')
  const documented = rows.slice(1).flatMap((row) => {
    const [, name = '', ...cells] = row.split('|').map((cell) => cell.trim())
    const phases = name === 'Progressing, paused' ? ['paused'] : name.split(', ')
    return phases.map((phase) => [phase, judged(cells)])
  })
  expect(documented).toEqual(table)
})

/** The cells of a row as the table above has them; whatever is neither no nor same goes on. */
function judged(cells: readonly string[]): string {
  const verbs = [
    ...['promote', 'step', 'full', 'skip', 'abort', 'pause', 'resume', 'reset'],
    ...['retry', 'restart'],
  ]
  const kindOf = (cell = '') => /^(?:no|same)\b/.exec(cell)?.[0] ?? 'go'
  const all = verbs.map((verb, index) => {
    const isForced = verb === 'reset' && cells[index] === '`--force`'
    return `${verb}:${isForced ? 'no' : kindOf(cells[index])}`
  })
  const forced = `force:${kindOf(cells.at(verbs.indexOf('reset')))}`
  return all.toSpliced(verbs.indexOf('reset') + 1, 0, forced).join(' ')
}

test('what can be done instead is said', () => {
  expect(verdict('Progressing', changes.promote as Change)).toEqual({
    kind: 'no',
    why: 'it is not waiting (Progressing at weight 20)',
    hints: [
      'go one step on:         kubectl canary promote podinfo --step',
      'go straight to the end: kubectl canary promote podinfo --full',
    ],
  })
})

test('an abort that comes too late names the way back', () => {
  expect(verdict('Promoting', changes.abort as Change)).toMatchObject({
    kind: 'no',
    hints: ['go back to an older revision: kubectl canary undo podinfo --to-revision=N'],
  })
})

test('a weight must lie above the present one', () => {
  const to = (weight: number) =>
    verdict('Progressing', change('promote', { mode: 'weight', fields: { weight } })).kind
  expect([to(20), to(21), to(50), to(51)]).toEqual(['no', 'go', 'go', 'no'])
})

test('an object that is suspended is resumed in its spec only', () => {
  const seen = canary({ spec: { suspend: true }, status: progressing })
  const command = (words: string) => words
  const of = (resume: Change) =>
    judge({ change: resume, canary: seen, summary: summarize(seen, now), command }).kind
  expect(of(change('resume'))).toBe('no')
  expect(of(change('resume', { mode: 'always' }))).toBe('go')
})

test('a retry of what has not failed names the command that starts again', () => {
  expect(verdict('Progressing', changes.retry as Change)).toEqual({
    kind: 'no',
    why: 'it has not failed (Progressing)',
    hints: ['start from the beginning all the same: kubectl canary restart podinfo'],
  })
})

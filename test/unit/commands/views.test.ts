import { expect, test } from 'vitest'
import { widthOf } from '../../../commands/output/clean.ts'
import { commandLines } from '../../../commands/output/command-line.ts'
import { createStyle } from '../../../commands/output/style.ts'
import { changeLine } from '../../../commands/output/views/change-line.ts'
import { listLines } from '../../../commands/output/views/list-view.ts'
import { statusLines } from '../../../commands/output/views/status-view.ts'
import type { CanaryStatus, FailedCheck, RunRecord } from '../../../src/canary/api.gen.ts'
import type { CanaryReport } from '../../../src/report/report.ts'
import { before, canary, now, progressing, report } from './builders.ts'

const plain = createStyle({ color: false, ascii: false })
const pipe = {
  style: plain,
  now,
  width: undefined,
  wide: false,
  commands: commandLines('kubectl canary', {}, 'test'),
  context: 'prod-eu',
  events: 5,
  pods: true,
  maxPods: 20,
}
const view = (of: CanaryReport, options: object = {}) =>
  `${statusLines(of, { ...pipe, ...options }).join('\n')}\n`
const golden = (name: string) => `goldens/${name}.txt`

test.each([59, 80, 119, 120, 160, 200])('status fits a terminal of %i columns', async (width) => {
  const text = view(report(canary({ status: progressing })), { width })
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(Math.max(width, 60))
  await expect(text).toMatchFileSnapshot(golden(`status-${width}`))
})

test('status in a pipe cuts nothing and has no escape sequence', async () => {
  const text = view(report(canary({ status: progressing })))
  expect(text).not.toContain('\u001b')
  expect(text).not.toContain('…')
  await expect(text).toMatchFileSnapshot(golden('status-pipe'))
})

test('status -o wide is wide whatever the terminal', async () => {
  const text = view(report(canary({ status: progressing })), { width: 80, wide: true })
  await expect(text).toMatchFileSnapshot(golden('status-wide'))
})

test('ASCII has a sign for every glyph', async () => {
  const style = createStyle({ color: false, ascii: true })
  const text = view(report(canary({ status: progressing })), { style, width: 80 })
  expect(text).toMatch(/^[\x20-\x7e\n]*$/)
  await expect(text).toMatchFileSnapshot(golden('status-ascii'))
})

test('status shows the autoscaler that a canary begins with, and where the primary stands', () => {
  const target = { name: 'podinfo-so', min: 1, max: 3, createdAt: before(60) }
  const autoscaler = {
    ...{ kind: 'ScaledObject', name: 'podinfo-so-primary', min: 2, max: 9 },
    ...{ current: null, createdAt: before(60), target },
  }
  const whole = report(canary({ status: progressing }), { autoscaler })
  const lines = view(whole, { width: 160 }).split('\n')
  const shown = lines.filter((line) => line.includes('autoscaler '))
  // KEDA does not say where it stands, and the primary does.
  expect(shown.map((line) => line.replace(/\s+/g, ' ').trim())).toEqual([
    '├─ autoscaler scaledobject/podinfo-so-primary ✔ 2 of 2..9 60s',
    '├─ autoscaler scaledobject/podinfo-so 1..3 for the canary 60s',
  ])
})

test('colours change no layout', () => {
  const style = createStyle({ color: true, ascii: false })
  const of = report(canary({ status: progressing }))
  const colored = view(of, { style, width: 160 })
  expect(colored).toContain('\u001b[32m')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is the escape character that is looked for
  expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(view(of, { width: 160 }))
})

const gate = {
  type: 'confirm-promotion',
  name: 'promotion gate',
  since: before(540),
  reason: 'ticket OPS-1 is not approved',
} as const
const phases = {
  waiting: canary({
    name: 'cart',
    status: {
      ...progressing,
      phase: 'WaitingPromotion',
      canaryAnalysis: { ...progressing.canaryAnalysis, gate, weight: 50, step: 10 },
    },
  }),
  paused: canary({
    name: 'search',
    status: {
      ...progressing,
      canaryAnalysis: {
        ...progressing.canaryAnalysis,
        paused: { since: before(41 * 60), by: 'bob', reason: 'waiting for the database team' },
      },
    },
  }),
  failed: canary({
    name: 'backend',
    status: {
      ...progressing,
      phase: 'Failed',
      failedChecks: 5,
      canaryWeight: 0,
      lastTransitionTime: before(3 * 3600),
      history: [
        {
          id: 12,
          revision: 'v2:6c9d7f31a0',
          result: 'Failed',
          reason: 'failed checks threshold reached 5',
          endedAt: before(3 * 3600),
        },
      ],
    },
  }),
  succeeded: canary({
    name: 'frontend',
    status: {
      ...progressing,
      phase: 'Succeeded',
      canaryWeight: 0,
      failedChecks: 0,
      lastPromotedSpec: 'v2:6c9d7f31a0',
      lastTransitionTime: before(2 * 86_400),
    },
  }),
  'ab-testing': canary({
    analysis: {
      stepWeight: undefined,
      iterations: 10,
      match: [{ headers: { 'x-canary': { exact: 'insider' } } }],
    },
    status: { ...progressing, iterations: 3 },
  }),
  suspended: canary({ spec: { suspend: true }, status: progressing }),
  stale: canary({
    status: {
      ...progressing,
      lastTransitionTime: before(3600),
      canaryAnalysis: { ...progressing.canaryAnalysis, nextTickAt: before(3500) },
    },
  }),
  flagger: canary({
    metadata: { managedFields: [{ manager: 'flagger', subresource: 'status', time: before(22) }] },
    status: {
      phase: 'Progressing',
      failedChecks: 1,
      canaryWeight: 20,
      iterations: 0,
      lastTransitionTime: before(22),
    },
  }),
  'never-handled': canary(),
}

test.each(Object.entries(phases))(
  'status shows what matters of a canary that is %s',
  async (name, of) => {
    // Who says something lives.
    const seen = name === 'stale' ? { events: [] } : {}
    const text = view(report(of, seen), { width: 80, pods: false, events: 0 })
    await expect(text).toMatchFileSnapshot(golden(`phase-${name}`))
  },
)

const longNamed = canary({ name: `${'very-long-'.repeat(9)}name`, status: progressing })

test.each([30, 40, 50, 59, 60, 80])(
  'no line is wider than %i columns, whatever the canary',
  (width) => {
    const style = createStyle({ color: true, ascii: false })
    for (const of of [...Object.values(phases), longNamed]) {
      const text = view(report(of), { width, style })
      for (const line of text.split('\n')) expect(widthOf(line), line).toBeLessThanOrEqual(width)
      expect(text).toContain(report(of).state)
    }
  },
)

const listShape = {
  style: plain,
  now,
  wide: false,
  namespaces: false,
  headers: true,
  showLabels: false,
  labelColumns: [],
  reasons: false,
}

test('a narrow table gives up gaps first, then its last columns, and never the first', () => {
  const items = [{ report: report(canary({ status: progressing })), labels: {} }]
  const list = (width: number) => listLines(items, { ...listShape, width })[0]
  expect(list(80)).toBe('NAME      STATUS        WEIGHT   STEP   CHECKS   SINCE')
  expect(list(50)).toBe('NAME    STATUS      WEIGHT STEP CHECKS SINCE')
  expect(list(30)).toBe('NAME    STATUS      WEIGHT')
})

test('what may not be read is named, and hides nothing else', () => {
  const text = view(
    report(canary({ status: progressing }), { denied: ['Pod', 'Event'], events: [] }),
  )
  expect(text).toContain('(no permission to list pods)')
  expect(text).toContain('EVENTS (no permission to list events)')
  expect(text).toContain('primary deployment/podinfo-primary')
})

test('a missing primary is a failure of its own', () => {
  const text = view(
    report(canary({ status: progressing }), { primary: undefined, primaryPods: [] }),
  )
  expect(text).toMatch(/primary deployment\/podinfo-primary\s+✖ missing/)
})

test('pods beyond the room are counted', () => {
  const text = view(report(canary({ status: progressing })), { maxPods: 1, width: 100 })
  expect(text).toContain('… 1 more pods')
})

test('no value of the cluster steers the terminal', () => {
  const evil = 'x\u001b[2Jy\u202ez\u0007'
  const of = report(canary({ status: progressing }), {
    events: [{ at: before(5), type: 'Normal', reason: 'r', message: evil, count: 1 }],
  })
  const text = view(of)
  expect(text).toContain('x^[[2Jy\\u202ez^G')
  expect(text).not.toContain('\u001b')
})

test('wide characters count as two columns', () => {
  const of = report(canary({ status: progressing }), {
    events: [
      { at: before(5), type: '警告', reason: 'r', message: 'first', count: 1 },
      { at: before(9), type: 'Normal', reason: 'r', message: 'second', count: 1 },
    ],
  })
  const lines = view(of).split('\n')
  expect(lines.find((line) => line.includes('second'))?.indexOf('second')).toBe(16)
  expect(lines.find((line) => line.includes('first'))?.indexOf('first')).toBe(14)
})

test('the list has a row for each canary', async () => {
  const items = Object.values(phases).map((of) => ({
    report: report(of),
    labels: { app: 'x', tier: 'web' },
  }))
  const options = {
    style: plain,
    now,
    width: undefined,
    wide: false,
    namespaces: false,
    headers: true,
    showLabels: false,
    labelColumns: [],
    reasons: false,
  }
  const narrow = `${listLines(items, { ...options, width: 80 }).join('\n')}\n`
  const wide = `${listLines(items, { ...options, wide: true, namespaces: true, labelColumns: ['example.com/tier'] }).join('\n')}\n`
  await expect(narrow).toMatchFileSnapshot(golden('list-80'))
  await expect(wide).toMatchFileSnapshot(golden('list-wide'))
  expect(listLines(items, { ...options, headers: false })).toHaveLength(items.length)
})

test.each([80, 120, 160])('the list tells reasons in full at %i columns', async (width) => {
  const items = Object.values(phases).map((of) => ({ report: report(of), labels: {} }))
  const lines = listLines(items, { ...listShape, width, reasons: true })
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width)
  for (const { report: of } of items)
    expect(letters(lines.join(''))).toContain(letters(of.reason ?? ''))
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(golden(`list-reasons-${width}`))
})

test('the status of the list has the colour of its mood', () => {
  const style = createStyle({ color: true, ascii: false })
  const items = [{ report: report(phases.failed), labels: {} }]
  expect(listLines(items, { ...listShape, width: 80, style })[1]).toContain('\u001b[31mFailed')
})

test('a gate that says no, and one that cannot be asked, read differently', async () => {
  const waiting = (how: object) => {
    const { status } = phases.waiting
    const canaryAnalysis = { ...status.canaryAnalysis, gate: { ...gate, ...how } }
    const seen = report({ ...phases.waiting, status: { ...status, canaryAnalysis } })
    return view(seen)
      .split('\n')
      .filter((line) => /gate|promote/.test(line))
  }
  expect(waiting({})[0]).toMatch(/\(confirm-promotion\): ticket OPS-1 is not approved$/)
  const broken = waiting({ broken: true, reason: 'the address is no URL' })
  expect(broken[0]).toMatch(/\(confirm-promotion\), which can't be asked: the address is no URL$/)
  expect(broken[1]).toMatch(/correct its hook, or let it pass: .* promote /)
})

const long =
  'canary deployment podinfo.test not ready: deployment "podinfo" exceeded its progress deadline: ' +
  'Back-off pulling image "registry.example.org/teams/checkout/a-very-long-name-of-an-image-without-any-blank:6.0.1"'
const letters = (text: string) => text.replace(/\s+/g, '')

test.each([60, 80, 120, 200].flatMap((width) => [true, false].map((color) => ({ width, color }))))(
  'the newest warning and the cause are told in full: $width columns, colour $color',
  (of) => {
    const style = createStyle({ color: of.color, ascii: false })
    const events = [{ at: before(3), type: 'Warning', reason: 'Synced', message: long, count: 1 }]
    const history = [{ id: 12, result: 'Failed', reason: long, endedAt: before(9) } as const]
    const failed = canary({ status: { ...progressing, phase: 'Failed', history } })
    const lines = view(report(failed, { events }), { width: of.width, style }).split('\n')
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(of.width)
    const [facts = '', told = ''] = lines.join('').split('EVENTS')
    for (const part of [facts, told]) expect(letters(part)).toContain(letters(long))
  },
)

test('an idle canary tells how its last run ended', () => {
  const aborted: RunRecord = {
    ...{ id: 12, result: 'Aborted', reason: 'aborted by bob: 5xx', by: 'bob' },
    ...{ startedAt: before(900), endedAt: before(600) },
  }
  const status: CanaryStatus = { ...progressing, phase: 'Initialized', history: [aborted] }
  expect(view(report(canary({ status })))).toContain(
    '  Last run    12 aborted by bob: 5xx, 10m ago, took 5m\n',
  )
})

test('a failed run is told with the check that ended it', () => {
  const check: FailedCheck = {
    name: 'error-rate',
    kind: 'metric',
    ok: false,
    failed: 5,
    max: 1,
    value: 7,
  }
  const reason = 'failed checks threshold reached 5'
  const history: RunRecord[] = [{ id: 12, result: 'Failed', reason, checks: [check] }]
  const failed = report(canary({ status: { ...progressing, phase: 'Failed', history } }))
  expect(view(failed)).toContain(`  Reason      ${reason}: error-rate 7 > 1 (failed 5 times)\n`)
  expect(changeLine(failed)).toContain(`${reason}: error-rate 7 > 1 (failed 5 times)`)
})

test('a change is one line', () => {
  const line = (of: keyof typeof phases) => changeLine(report(phases[of]))
  expect(changeLine(report(canary({ status: progressing })))).toBe(
    'test/podinfo Progressing weight=20 step=4/10 checks=2/5 eta=9m failing="request-duration 512ms > 500ms"',
  )
  expect(line('waiting')).toBe(
    'test/cart WaitingPromotion weight=50 step=10/10 checks=2/5 eta=gate gate="promotion gate" ticket OPS-1 is not approved',
  )
  expect(line('failed')).toBe(
    'test/backend Failed weight=0 checks=5/5 failed checks threshold reached 5',
  )
})

test('a target that was scaled at rest is shown, with what to change', () => {
  const message = 'podinfo.test was scaled to 2 by flux while no run is on, and rests again: x'
  const askedReplicas = { count: 2, told: 2, at: '2026-11-20T14:00:00Z', message }
  const { warnings } = report(canary({ status: { phase: 'Succeeded', askedReplicas } }))
  expect(warnings.map((warning) => warning.message)).toEqual([
    `${message} (since 2026-11-20T14:00:00Z)`,
  ])
})

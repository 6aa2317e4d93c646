import { expect, test } from 'vitest'
import { widthOf } from '../../../commands/output/clean.ts'
import { createStyle } from '../../../commands/output/style.ts'
import { changeLine } from '../../../commands/output/views/change-line.ts'
import type { CanaryStatus, FailedCheck, RunRecord } from '../../../src/canary/api.gen.ts'
import { before, canary, progressing, report } from './builders.ts'
import { golden, letters, phases, view } from './viewing.ts'

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

/** As long as a fact may be that stands beside another one. */
const controller = 'canary-controller/v10.11.12-rc.1'
const longFact = canary({ status: { ...progressing, controller, lastTransitionTime: before(511) } })

test.each([30, 40, 50, 59, 60, 80, 120, 121, 125, 200])(
  'no line is wider than %i columns, whatever the canary',
  (width) => {
    const style = createStyle({ color: true, ascii: false })
    for (const of of [...Object.values(phases), longNamed, longFact]) {
      const text = view(report(of), { width, style })
      for (const line of text.split('\n')) expect(widthOf(line), line).toBeLessThanOrEqual(width)
      expect(text).toContain(report(of).state)
    }
  },
)

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

const long =
  'canary deployment podinfo.test not ready: deployment "podinfo" exceeded its progress deadline: ' +
  'Back-off pulling image "registry.example.org/teams/checkout/a-very-long-name-of-an-image-without-any-blank:6.0.1"'

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

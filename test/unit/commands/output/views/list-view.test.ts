/** Lists: columns that are given up on narrow terminals, reasons, and colours. */
import { expect, test } from 'vitest'
import { widthOf } from '../../../../../commands/output/clean.ts'
import { createStyle } from '../../../../../commands/output/style.ts'
import { listLines } from '../../../../../commands/output/views/list-view.ts'
import { canary, now, progressing, report } from '../../builders.ts'
import { gate, golden, letters, phases, plain, view } from '../../viewing.ts'

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
  const unread = [
    { kind: 'Event', request: 'list events', why: null },
    { kind: 'Pod', request: 'list pods', why: null },
  ]
  const text = view(report(canary({ status: progressing }), { unread, events: [] }))
  expect(text).toContain('(no permission to list pods)')
  expect(text).toContain('EVENTS (no permission to list events)')
  expect(text).toContain('primary deployment/podinfo-primary')
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

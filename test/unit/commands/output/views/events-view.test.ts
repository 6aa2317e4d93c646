import { expect, test } from 'vitest'
import { widthOf } from '../../../../../commands/output/clean.ts'
import { createStyle } from '../../../../../commands/output/style.ts'
import { eventLines } from '../../../../../commands/output/views/events-view.ts'
import type { EventItem } from '../../../../../src/report/events/document.ts'

const now = new Date('2026-11-20T14:07:14Z')
const item = (of: Partial<EventItem>): EventItem => ({
  at: '2026-11-20T14:06:52Z',
  type: 'Normal',
  reason: 'Synced',
  message: 'Advance podinfo.test canary weight 20',
  count: 1,
  object: { kind: 'Canary', name: 'podinfo', namespace: 'test' },
  ...of,
})
const options = {
  style: createStyle({ color: false, ascii: false }),
  now,
  width: undefined,
  headers: true,
  namespaces: false,
  stamps: false,
}
const said =
  'Halt podinfo.test advancement request duration 512ms > 500ms, which is the last of the ' +
  'checks that this canary was given'

test('events are shown as kubectl shows them', () => {
  expect(eventLines([item({}), item({ type: 'Warning', count: 3 })], options)).toEqual([
    'LAST SEEN   TYPE      REASON   OBJECT           MESSAGE',
    '22s         Normal    Synced   Canary/podinfo   Advance podinfo.test canary weight 20',
    '22s (x3)    Warning   Synced   Canary/podinfo   Advance podinfo.test canary weight 20',
  ])
})

test('in the wide layout times can be read later', () => {
  const [, line] = eventLines([item({})], { ...options, stamps: true, namespaces: true })
  expect(line).toMatch(/^test +2026-11-20T14:06:52Z +Normal/)
})

test.each([60, 80, 120, 200])('a message is whole on a terminal of %i columns', (width) => {
  const lines = eventLines([item({ message: said })], { ...options, width, headers: false })
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width)
  expect(lines.join(' ').replace(/\s+/g, ' ')).toContain(said)
})

test('what a server says steers no terminal', () => {
  const [, line] = eventLines([item({ message: 'a\u001b[2Jb', reason: '\u0007' })], options)
  expect(line).toContain('^G       Canary/podinfo   a^[[2Jb')
})

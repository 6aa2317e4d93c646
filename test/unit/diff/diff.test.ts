import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createStyle } from '../../../commands/output/style.ts'
import { diffLines } from '../../../commands/output/views/diff-view.ts'
import { changesBetween } from '../../../src/diff/changes.ts'
import { lineDiff } from '../../../src/diff/lines.ts'
import { comparedObjects, promotionDiff } from '../../../src/diff/promotion.ts'
import type { KubeObject } from '../../../src/objects.ts'

const style = createStyle({ color: false, ascii: false })
const at = { name: 'podinfo', namespace: 'test' }
const object = (kind: string, of: object, annotations = {}): KubeObject => ({
  ...{ apiVersion: 'v1', kind, metadata: { name: 'podinfo-primary', annotations } },
  ...of,
})
const deployment = (image: string, id: string) =>
  object('Deployment', {
    spec: {
      template: {
        metadata: { annotations: { 'flagger-id': id } },
        spec: { containers: [{ name: 'podinfod', image }] },
      },
    },
    status: { replicas: id.length },
  })
const diff = (found: KubeObject | undefined, wanted: KubeObject, showSecrets = false) =>
  promotionDiff(at, [{ found, wanted }], { showSecrets })

test('fields are told by their paths, and items of lists by their names', () => {
  const one = { list: [{ name: 'a', x: 1 }, { name: 'b' }], plain: [1, 2], same: { y: 1 } }
  const other = { list: [{ name: 'b' }, { name: 'a', x: 2 }], plain: [1], same: { y: 1 }, more: 3 }
  expect(
    changesBetween(one, other).map(({ path, before, after }) => [path, before, after]),
  ).toEqual([
    ['list[a].x', 1, 2],
    ['more', null, 3],
    ['plain', [1, 2], [1]],
  ])
})

test('a promotion changes the image, and what differs in every promotion is not told', () => {
  expect(diffLines(diff(deployment('a:1', 'x'), deployment('a:2', 'yy')), style)).toEqual([
    '--- deployment/podinfo-primary (now)',
    '+++ deployment/podinfo-primary (after promotion)',
    '@@ spec.template.spec.containers[podinfod] @@',
    '-  image: a:1',
    '+  image: a:2',
  ])
  expect(diff(deployment('a:1', 'x'), deployment('a:1', 'yy')).objects).toEqual([])
})

test('an object that is not there yet is new', () => {
  const lines = diffLines(diff(undefined, object('ConfigMap', { data: { color: 'blue' } })), style)
  expect(lines[0]).toBe('--- /dev/null')
  expect(lines.join('\n')).toContain('blue')
})

test('texts of several lines are shown line by line, and steer no terminal', () => {
  const [one, other] = ['a\nb\n', 'a\n\u001b[2Jc\n'].map((text) =>
    object('ConfigMap', { data: { 'app.conf': text } }),
  )
  if (!one || !other) return
  expect(diffLines(diff(one, other), style).slice(3)).toEqual([
    ...['   app.conf: |', '     a', '-    b', '+    ^[[2Jc'],
  ])
})

test('of a long text only what is around its changes is shown', () => {
  const lines = Array.from({ length: 40 }, (_, at) => `line ${at}`)
  const changed = lines.with(10, 'ten').toSpliced(30, 1)
  const [one, other] = [lines, changed].map((text) =>
    object('ConfigMap', { data: { 'app.conf': text.join('\n') } }),
  )
  if (!one || !other) throw new Error('no objects')
  const shown = (around: number) => diffLines(diff(one, other), style, around).slice(4)
  expect(shown(1)).toEqual([
    ...['     …', '     line 9', '-    line 10', '+    ten', '     line 11'],
    ...['     …', '     line 29', '-    line 30', '     line 31', '     …'],
  ])
  expect(shown(0)).toEqual([
    '     …',
    '-    line 10',
    '+    ten',
    '     …',
    '-    line 30',
    '     …',
  ])
  expect(shown(100)).toHaveLength(41)
})

test('a line end that comes or goes is told', () => {
  const [one, other] = ['a\nb\n', 'a\nb'].map((text) =>
    object('ConfigMap', { data: { 'app.conf': text } }),
  )
  if (!one || !other) throw new Error('no objects')
  expect(diffLines(diff(one, other), style).at(-1)).toBe(
    '     only the end of its last line differs',
  )
})

test('of texts that differ the removed and the kept lines make the one, the added and the kept the other', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
  fc.assert(
    fc.property(text, text, (one, other) => {
      const whole = (all: string[]) => all.join('\n').replace(/\n$/, '')
      // Of equal texts nothing is shown.
      fc.pre(whole(one) !== whole(other))
      const lines = lineDiff(one.join('\n'), other.join('\n'), 100)
      const side = (sign: string) =>
        lines.filter((each) => each.sign === ' ' || each.sign === sign).map((each) => each.text)
      expect(side('-').join('\n')).toBe(whole(one))
      expect(side('+').join('\n')).toBe(whole(other))
    }),
  )
})

test('values of Secrets are not shown, only that they differ', () => {
  const [one, other] = ['c2VjcmV0', 'b3RoZXI='].map((token) =>
    object('Secret', { data: { token, ...(token === 'b3RoZXI=' && { key: 'bmV3' }) } }),
  )
  if (!one || !other) return
  const text = JSON.stringify(diff(one, other)) + diffLines(diff(one, other), style).join('\n')
  expect(text).not.toMatch(/c2VjcmV0|b3RoZXI=|bmV3/)
  expect(diffLines(diff(one, other), style).slice(2)).toEqual([
    '@@ data @@',
    '+  key: ***',
    '-  token: *** (before)',
    '+  token: *** (after)',
  ])
  expect(JSON.stringify(diff(undefined, other))).not.toMatch(/b3RoZXI=|bmV3/)
  expect(JSON.stringify(diff(one, other, true))).toContain('c2VjcmV0')
})

test('a program that compares files sees no value of a Secret, but which of them differ', () => {
  const [found, wanted] = [
    { a: 'MQ==', b: 'Mg==' },
    { a: 'MQ==', b: 'Mw==', c: 'NA==' },
  ].map((data) => object('Secret', { data }))
  if (!found || !wanted) throw new Error('no objects')
  const [hidden] = comparedObjects(at, [{ found, wanted }], { showSecrets: false })
  expect(hidden).toMatchObject({
    file: 'v1.Secret.test.podinfo-primary',
    before: { data: { a: '***', b: '*** (before)' } },
    after: { data: { a: '***', b: '*** (after)', c: '***' } },
  })
  const [shown] = comparedObjects(at, [{ found, wanted }], { showSecrets: true })
  expect(shown).toMatchObject({ after: { data: { c: 'NA==' } } })
  expect(comparedObjects(at, [{ found, wanted: found }], { showSecrets: false })).toEqual([])
})

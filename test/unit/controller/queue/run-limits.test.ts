import { expect, test } from 'vitest'
import { createRunLimits } from '../../../../controller/queue/run-limits.ts'
import type { CanaryResource, Phase } from '../../../../src/canary/api.gen.ts'

function canary(key: string, phase: Phase, since?: string): CanaryResource {
  const [namespace = '', name = ''] = key.split('/')
  const queued = since === undefined ? {} : { queued: { since, reason: 'full' } }
  const targetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout' } as const
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { namespace, name },
    spec: { targetRef, service: { port: 80 }, analysis: { interval: '1m' } },
    status: { phase, ...queued },
  }
}

const at = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`
const idle = canary('shop/new', 'Succeeded')
const inAll = 'the controller has no more than 2 runs under way at a time (-max-rollouts)'

test.each([
  ['there is no limit', { most: 0, mostPerNamespace: 0 }, undefined],
  ['fewer are under way', { most: 3, mostPerNamespace: 0 }, undefined],
  ['so many are under way', { most: 2, mostPerNamespace: 0 }, inAll],
  [
    'so many are under way in its namespace',
    { most: 0, mostPerNamespace: 1 },
    'the controller has no more than 1 run under way in a namespace (-max-rollouts-per-namespace)',
  ],
])('where %s', (_, limits, reason) => {
  const others = [canary('shop/a', 'Progressing'), canary('bank/b', 'Finalising'), idle]
  expect(createRunLimits(limits, () => others).whyNot(idle)).toBe(reason)
})

test('the limit of a namespace is none of another', () => {
  const others = [canary('bank/b', 'Progressing')]
  expect(
    createRunLimits({ most: 0, mostPerNamespace: 1 }, () => others).whyNot(idle),
  ).toBeUndefined()
})

test('a run that is on needs no place, however many there are', () => {
  const on = canary('shop/on', 'Promoting')
  const others = [on, canary('bank/b', 'Progressing'), canary('bank/c', 'Progressing')]
  expect(createRunLimits({ most: 1, mostPerNamespace: 1 }, () => others).whyNot(on)).toBeUndefined()
})

test('of those that wait the oldest goes first, and who comes now goes last', () => {
  const old = canary('shop/old', 'Initialized', at(1))
  const older = canary('bank/older', 'Failed', at(0))
  const limits = createRunLimits({ most: 1, mostPerNamespace: 0 }, () => [old, older, idle])
  expect([older, old, idle].map((one) => limits.whyNot(one) === undefined)).toEqual([
    true,
    false,
    false,
  ])
})

test('one whose namespace is full keeps nobody of another from its turn', () => {
  const held = canary('shop/held', 'Initialized', at(0))
  const next = canary('bank/next', 'Initialized', at(1))
  const others = [canary('shop/on', 'Progressing'), held, next]
  const limits = createRunLimits({ most: 2, mostPerNamespace: 1 }, () => others)
  expect(limits.whyNot(held)).toContain('in a namespace')
  expect(limits.whyNot(next)).toBeUndefined()
})

test('one that is suspended or deleted holds no turn', () => {
  const gone = canary('a/gone', 'Initialized', at(0))
  const deleted = { ...gone, metadata: { ...gone.metadata, deletionTimestamp: at(1) } }
  const still = canary('a/still', 'Initialized', at(0))
  const suspended = { ...still, spec: { ...still.spec, suspend: true } }
  const limits = createRunLimits({ most: 1, mostPerNamespace: 0 }, () => [deleted, suspended, idle])
  expect(limits.whyNot(idle)).toBeUndefined()
})

test('of two that begin at the same moment one gets the last place', () => {
  const other = canary('shop/other', 'Initialized')
  const limits = createRunLimits({ most: 1, mostPerNamespace: 0 }, () => [idle, other])
  expect([limits.claim(idle, {}), limits.claim(other, {})]).toEqual([true, false])
  limits.release('shop/new')
  expect(limits.claim(other, {})).toBe(true)
})

test('what a person orders takes a place where there is none', () => {
  const on = canary('bank/on', 'Progressing')
  const limits = createRunLimits({ most: 1, mostPerNamespace: 0 }, () => [on, idle])
  expect(limits.claim(idle, { noPlace: 'full' })).toBe(true)
})

import { expect, test } from 'vitest'
import { age } from '../../../../../src/sandbox/api/tables/age.ts'
import { pathValues } from '../../../../../src/sandbox/api/tables/json-path.ts'

const start = Date.UTC(2026, 0, 1)

test.each([
  [0, '0s'],
  [119, '119s'],
  [120, '2m'],
  [330, '5m30s'],
  [660, '11m'],
  [10_800, '3h'],
  [11_100, '3h5m'],
  [36_000, '10h'],
  [187_200, '2d4h'],
  [8_640_000, '100d'],
  [70_000_000, '2y80d'],
])('%d seconds are %s', (seconds, want) => {
  expect(age(new Date(start).toISOString(), new Date(start + seconds * 1000))).toBe(want)
})

test('an age that nobody knows is said to be unknown', () => {
  expect(age(undefined, new Date(start))).toBe('<unknown>')
})

const object = {
  status: {
    phase: 'Done',
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Old', status: 'False' },
    ],
  },
  metadata: { labels: { 'example.com/name': 'a' } },
}

test.each([
  ['.status.phase', ['Done']],
  ['{.status.phase}', ['Done']],
  ['.status.conditions[0].type', ['Ready']],
  ['.status.conditions[-1].type', ['Old']],
  ['.status.conditions[*].type', ['Ready', 'Old']],
  ['.status.conditions[?(@.type=="Ready")].status', ['True']],
  [".status.conditions[?(@.type=='Old')].status", ['False']],
  ["['metadata']['labels']['example.com/name']", ['a']],
  ['.metadata.labels.example\\.com/name', ['a']],
  ['.gone.further', []],
  ['.status.conditions[', []],
])('%s leads to %j', (path, want) => {
  expect(pathValues(object, path)).toEqual(want)
})

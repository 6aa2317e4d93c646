import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { compareRecordings, lacks } from '../../conformance/comparison.ts'
import { type ObjectState, type Recording, readRecordings } from '../../conformance/recording.ts'

const folder = path.join(import.meta.dirname, '../../conformance/recordings')
const recordings = readRecordings(folder)

const request = {
  method: 'GET',
  path: '/api/v1/query',
  search: '',
  query: 'sum( rate(a[1m]) )',
  headers: {},
  body: '',
  times: 2,
}

const status = (phase: string, canaryWeight: number) => ({ status: { phase, canaryWeight } })
const service = (weight: number): ObjectState => ({ spec: { hosts: ['web'], weight } })

function recording(overrides: Partial<Recording> = {}): Recording {
  return {
    name: 'web',
    provider: 'istio',
    seconds: 1,
    inputs: { objects: [], steps: [] },
    timeline: [{ event: 'Normal Synced: one' }, { event: 'Normal Synced: two' }],
    states: {
      'Canary/web': [status('Progressing', 10), status('Succeeded', 0)],
      'VirtualService/web': [service(10), service(20)],
    },
    requests: [request],
    ...overrides,
  }
}

function withStates(id: string, states: ObjectState[]): Recording {
  return recording({ states: { ...recording().states, [id]: states } })
}

describe.each(recordings.map((found) => [found.name, found] as const))(
  'recording %s',
  (_, found) => {
    test('equals itself', () => {
      // Flagger itself did not get through all of them.
      const { error: _, ...through } = found
      expect(compareRecordings(found, through)).toEqual([])
    })

    test('differs from one without its last status', () => {
      const id = Object.keys(found.states).find((name) => name.startsWith('Canary/')) ?? ''
      const states = { ...found.states, [id]: [] }

      expect(compareRecordings(found, { ...found, states })).not.toEqual([])
    })
  },
)

test('a changed weight is a difference that names the field', () => {
  expect(
    compareRecordings(recording(), withStates('VirtualService/web', [service(10), service(25)])),
  ).toEqual(['VirtualService/web state 1: .spec.weight: want 20, got 10'])
})

test('further fields and further states in between are no difference', () => {
  const more = { spec: { hosts: ['web'], weight: 20, extra: true }, metadata: { labels: {} } }
  const candidate = withStates('VirtualService/web', [service(10), service(15), more])

  expect(compareRecordings(recording(), candidate)).toEqual([])
})

test('states in another order are a difference', () => {
  const candidate = withStates('VirtualService/web', [service(20), service(10)])

  expect(compareRecordings(recording(), candidate)).toHaveLength(1)
})

test('a further list item is a difference', () => {
  expect(lacks({ hosts: ['web'] }, { hosts: ['web', 'more'] })).toContain('.hosts: want 1 items')
})

test('an object that stays where the reference deletes it is a difference', () => {
  const reference = withStates('VirtualService/web', [service(10), null])

  expect(compareRecordings(reference, withStates('VirtualService/web', [service(10)]))).toEqual([
    'VirtualService/web state 1: not deleted',
  ])
})

test('a missing and an unexpected object are differences', () => {
  const { 'Canary/web': canary = [], ...rest } = recording().states

  expect(compareRecordings(recording(), recording({ states: rest }))).toEqual([
    'Canary/web: missing',
  ])
  expect(
    compareRecordings(
      recording({ states: rest }),
      recording({ states: { ...rest, 'Canary/web': canary } }),
    ),
  ).toEqual(['Canary/web: unexpected object'])
})

test('another way through the phases is a difference', () => {
  const candidate = withStates('Canary/web', [status('Progressing', 10), status('Failed', 0)])

  expect(compareRecordings(recording(), candidate)).toEqual([
    'Canary/web status: step 1: want Succeeded weight 0 iterations 0 failed 0, ' +
      'got Failed weight 0 iterations 0 failed 0',
  ])
})

test('events may be repeated and have others in between, but not change their order', () => {
  const [one = { event: '' }, two = { event: '' }] = recording().timeline
  const between = { event: 'Normal Synced: more' }

  expect(compareRecordings(recording(), recording({ timeline: [one, one, between, two] }))).toEqual(
    [],
  )
  expect(compareRecordings(recording(), recording({ timeline: [two, one] }))).toEqual([
    'event missing or out of order: Normal Synced: two',
  ])
})

test('queries are compared without white space', () => {
  const squeezed = { ...request, query: 'sum(rate(a[1m]))' }
  const other = { ...request, query: 'sum(rate(b[1m]))' }

  expect(compareRecordings(recording(), recording({ requests: [squeezed] }))).toEqual([])
  expect(compareRecordings(recording(), recording({ requests: [other] }))).toEqual([
    'request missing: GET /api/v1/query sum(rate(a[1m]))',
  ])
})

test('bodies are compared as JSON, without times and checksums', () => {
  const post = (body: object) => ({
    ...request,
    method: 'POST',
    path: '/hook',
    query: '',
    body: JSON.stringify(body),
  })
  const reference = recording({ requests: [post({ phase: 'Failed', checksum: 'a', ts: 1 })] })
  const same = recording({ requests: [post({ ts: 2, phase: 'Failed', checksum: 'b', more: 1 })] })
  const other = recording({ requests: [post({ phase: 'Succeeded', checksum: 'a', ts: 1 })] })

  expect(compareRecordings(reference, same)).toEqual([])
  expect(compareRecordings(reference, other)).toHaveLength(1)
})

test('a candidate that ended early says why', () => {
  const error = 'timed out waiting for phase Succeeded'

  expect(compareRecordings(recording(), recording({ error }))).toEqual([`candidate: ${error}`])
})

import { expect, test } from 'vitest'
import { KubeError } from '../../../../src/errors.ts'
import { createEventRecorder } from '../../../../src/io/kube/events.ts'
import { type Log, silent } from '../../../../src/io/log.ts'
import type { KubeObject } from '../../../../src/objects.ts'
import { type FakeClock, fakeClock } from '../fake-clock.ts'
import { type FakeKube, fakeKube } from './fake-kube.ts'

const canary = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'podinfo', namespace: 'test', uid: 'u-1', resourceVersion: '7' },
}

interface Event extends KubeObject {
  message: string
  count: number
  firstTimestamp: string
  lastTimestamp: string
}

function recording(
  options: { burst?: number; log?: Log; kube?: FakeKube; clock?: FakeClock } = {},
) {
  const { kube = fakeKube(), clock = fakeClock(), log = silent, burst = 25 } = options
  const recorder = createEventRecorder({ kube, clock, log, burst, paceMs: 10_000 })
  // The names grow with time, as the API server lists them.
  const events = () =>
    ([...kube.objects.values()] as Event[]).sort((a, b) =>
      a.metadata.name < b.metadata.name ? -1 : 1,
    )
  return { kube, clock, recorder, events, messages: () => events().map(({ message }) => message) }
}

/** Lets everything that can go on without time passing go on. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('an object with the longest of names has events too', async () => {
  const { recorder, events } = recording()
  const name = `${'a'.repeat(235)}.${'b'.repeat(17)}`
  recorder.event({ ...canary, metadata: { ...canary.metadata, name } }, 'Normal', 'hello')
  await settled()
  const [event] = events()
  expect(event?.metadata.name).toMatch(/^a{235}\.[0-9a-f]{16}$/)
  expect(event).toMatchObject({ involvedObject: { name } })
})

test('writes an event as Flagger does, at once', async () => {
  const { recorder, events } = recording()
  recorder.event(canary, 'Normal', 'Advance podinfo.test canary weight 10')
  await settled()
  expect(events()).toEqual([
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {
        name: expect.stringMatching(/^podinfo\.[0-9a-f]{16}$/),
        namespace: 'test',
        resourceVersion: expect.any(String),
      },
      involvedObject: {
        apiVersion: 'flagger.app/v1beta1',
        kind: 'Canary',
        namespace: 'test',
        name: 'podinfo',
        uid: 'u-1',
        resourceVersion: '7',
      },
      reason: 'Synced',
      message: 'Advance podinfo.test canary weight 10',
      source: { component: 'flagger' },
      reportingComponent: 'flagger',
      reportingInstance: '',
      type: 'Normal',
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
      count: 1,
    },
  ])
})

test('counts a repeated message up instead of writing it again', async () => {
  const { recorder, clock, events } = recording()
  recorder.event(canary, 'Warning', 'waiting')
  await settled()
  clock.step(5_000)
  recorder.event(canary, 'Normal', 'something else')
  recorder.event(canary, 'Warning', 'waiting')
  await settled()
  expect(events()).toMatchObject([
    {
      message: 'waiting',
      count: 2,
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:05Z',
    },
    { message: 'something else', count: 1 },
  ])
})

test('writes a repeated message anew when its event has expired', async () => {
  const { recorder, kube, events } = recording()
  recorder.event(canary, 'Normal', 'waiting')
  await settled()
  kube.objects.clear()
  recorder.event(canary, 'Normal', 'waiting')
  await settled()
  expect(events()).toMatchObject([{ message: 'waiting', count: 1 }])
})

test('keeps the order, whatever the requests take', async () => {
  const { recorder, kube, messages } = recording()
  let requests = 0
  kube.before = async () => {
    // The later a request, the sooner its answer.
    for (let turn = 0; turn < 5 - requests; turn += 1) await Promise.resolve()
    requests += 1
  }
  const all = ['one', 'two', 'three', 'four', 'five']
  for (const message of all) recorder.event(canary, 'Normal', message)
  await recorder.flush()
  expect(messages()).toEqual(all)
})

test('folds no distinct messages into one, and never drops the last word', async () => {
  const { recorder, clock, messages } = recording({ burst: 3 })
  for (let weight = 1; weight <= 9; weight += 1)
    recorder.event(canary, 'Normal', `weight ${weight}`)
  await settled()
  expect(messages()).toEqual(['weight 1', 'weight 2', 'weight 3'])
  recorder.event(canary, 'Normal', 'promoted')
  clock.step(9_999)
  await settled()
  expect(messages()).toHaveLength(3)
  clock.step(1)
  await settled()
  expect(messages()).toEqual(['weight 1', 'weight 2', 'weight 3', 'promoted'])
})

test('limits one object without holding up another', async () => {
  const { recorder, messages } = recording({ burst: 1 })
  recorder.event(canary, 'Normal', 'a')
  recorder.event(canary, 'Normal', 'b')
  recorder.event({ ...canary, metadata: { ...canary.metadata, uid: 'u-2' } }, 'Normal', 'c')
  await settled()
  expect(messages()).toEqual(['a', 'c'])
})

test('sends what waits when the process ends', async () => {
  const { recorder, messages } = recording({ burst: 1 })
  recorder.event(canary, 'Normal', 'a')
  await settled()
  recorder.event(canary, 'Normal', 'b')
  await settled()
  expect(messages()).toEqual(['a'])
  await recorder.flush()
  expect(messages()).toEqual(['a', 'b'])
})

test('tries again while the server is away, and complains once', async () => {
  const warnings: string[] = []
  const log = { ...silent, warn: (_fields: object, message: string) => warnings.push(message) }
  const { recorder, kube, clock, messages } = recording({ log })
  kube.before = () => Promise.reject(new KubeError('refused', { status: 0 }))
  recorder.event(canary, 'Normal', 'a')
  recorder.event(canary, 'Normal', 'b')
  for (let tries = 0; tries < 3; tries += 1) {
    await clock.whenWaiting()
    clock.step(10_000)
    await settled()
  }
  expect(messages()).toEqual([])
  kube.before = () => {}
  clock.step(10_000)
  await settled()
  expect(messages()).toEqual(['a', 'b'])
  expect(warnings).toEqual(['events cannot be written'])
})

test('goes on after a refusal that waiting would not change', async () => {
  const { recorder, kube, messages } = recording()
  kube.before = () => Promise.reject(new KubeError('no', { status: 403, reason: 'Forbidden' }))
  recorder.event(canary, 'Normal', 'a')
  await settled()
  kube.before = () => {}
  recorder.event(canary, 'Normal', 'b')
  await settled()
  expect(messages()).toEqual(['b'])
})

test('takes an event that is there already for written', async () => {
  const { recorder, kube, messages } = recording()
  const { create } = kube
  // The first answer gets lost on its way.
  kube.create = async (object) => {
    await create(object)
    kube.create = create
    throw new KubeError('reset', { status: 0, reason: 'ConnectionReset' })
  }
  recorder.event(canary, 'Normal', 'a')
  await settled()
  await recorder.flush()
  expect(messages()).toEqual(['a'])
})

test('shortens what the server would refuse', async () => {
  const { recorder, events } = recording()
  recorder.event(canary, 'Warning', 'ä'.repeat(2_000))
  await settled()
  const [{ message } = { message: '' }] = events()
  expect(Buffer.byteLength(message)).toBeLessThanOrEqual(1024)
  expect(message).toMatch(/^ä+…$/)
})

test.each([-3_600_000, 3_600_000])(
  'a time of day that is set by %d ms changes nothing of the pace',
  async (byMs) => {
    const { recorder, clock, messages } = recording({ burst: 1 })
    recorder.event(canary, 'Normal', 'one')
    recorder.event(canary, 'Normal', 'two')
    await settled()
    clock.set(byMs)
    recorder.event(canary, 'Normal', 'three')
    await settled()
    clock.step(9_999)
    await settled()
    expect(messages()).toEqual(['one'])
    clock.step(1)
    await settled()
    expect(messages().toSorted()).toEqual(['one', 'three'])
  },
)

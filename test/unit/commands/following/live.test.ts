import { afterEach, beforeEach, expect, test } from 'vitest'
import { watchRuns } from '../../../../commands/following/live.ts'
import { watchTable } from '../../../../commands/following/live-table.ts'
import { createItemReader, listText } from '../../../../commands/input/items.ts'
import { commandLines } from '../../../../commands/output/command-line.ts'
import type { Session } from '../../../../commands/shell/session.ts'
import type { CanaryResource, CanaryStatus } from '../../../../src/canary/api.gen.ts'
import { KubeError } from '../../../../src/errors.ts'
import { canaryObject } from '../../../support/canary-object.ts'
import { fakeClock } from '../../io/fake-clock.ts'
import { fakeKube } from '../../io/kube/fake-kube.ts'
import { progressing } from '../builders.ts'
import { fakeTerminal } from '../fake-terminal.ts'

const clock = fakeClock('2026-11-20T14:07:14Z')
const screen = fakeTerminal(80, 24)
let stop: AbortController

beforeEach(() => {
  stop = new AbortController()
  screen.written()
})

afterEach(() => stop.abort())

function started(...names: string[]) {
  const kube = fakeKube(names.map((name) => canaryObject({ name, status: progressing })))
  const session: Session = {
    kube,
    clock,
    namespace: 'test',
    namespaceGiven: false,
    context: undefined,
    terminal: screen.terminal,
    signal: stop.signal,
    commands: commandLines('kubectl canary', {}, 'test'),
  }
  // What the fake stores are the Canaries above.
  const resources = [...kube.objects.values()] as unknown as CanaryResource[]
  const write = (name: string, status: CanaryStatus) => kube.store(canaryObject({ name, status }))
  return { kube, session, resources, write }
}

const live = {
  format: { kind: 'text', wide: false },
  follow: false,
  lines: false,
  events: 5,
  'no-pods': true,
} as const

/** Steps the clock by seconds until that is on the screen; gives all that was written. */
async function until(text: string): Promise<string> {
  let written = ''
  // The end of the test aborts it, also when it took too long.
  while (!stop.signal.aborted) {
    await new Promise(setImmediate)
    clock.step(1000)
    written += screen.written()
    if (written.includes(text)) return written
  }
  throw new Error(`not on the screen: ${text}`)
}

const everything = {
  ...{ named: [], files: [], recursive: false, all: false, allNamespaces: false },
  selector: undefined,
}

/** The table of `list -w` with reasons; the function ends it. */
function watchedTable(session: Session, resources: readonly CanaryResource[]) {
  const read = createItemReader(session, { reasons: true, allNamespaces: false, isDrawn: true })
  const { style } = screen.terminal
  const shape = { style, wide: false, namespaces: false, showLabels: false, labelColumns: [] }
  return watchTable(session, {
    ...{ selection: everything, isDrawn: true, shown: resources, lacks: read.lacks },
    choose: async (some) => [...some],
    text: (some) => listText(some, read, session, { ...shape, reasons: true, headers: true }),
  })
}

test('the live table shows what there is, and the rest once it has come', async () => {
  const { kube, session, resources } = started('podinfo')
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  kube.before = (request) => (request.startsWith('list events') ? held : undefined)
  const ended = watchedTable(session, resources)
  const first = await until('list events failed: no answer yet')
  expect(first).toMatch(/podinfo +.*Progressing/)
  for (let second = 0; second < 20; second++) {
    await new Promise(setImmediate)
    clock.step(1000)
  }
  expect(kube.requests.filter((request) => request === 'list events')).toHaveLength(1)
  release()
  await held
  await new Promise(setImmediate)
  screen.written()
  expect(await until('podinfo')).not.toContain('no answer yet')
  stop.abort()
  expect(await ended).toBe(130)
})

test('the live table names what the user may not see, and what the server fails to give', async () => {
  const { kube, session, resources } = started('podinfo')
  kube.before = (request) => {
    if (request.startsWith('list events')) throw new KubeError('no', { status: 403 })
    if (request.startsWith('get Deployment'))
      throw new KubeError('not now', { status: 503, reason: 'ServiceUnavailable' })
  }
  const ended = watchedTable(session, resources)
  const written = await until('get deployments failed: 503 ServiceUnavailable: not now')
  expect(written).toMatch(/podinfo +.*Progressing/)
  expect(written).toContain('no permission to list events')
  stop.abort()
  expect(await ended).toBe(130)
})

test('a live picture shows what there is, and the rest once it has come', async () => {
  const { kube, session, resources } = started('podinfo')
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  kube.before = (request) => (request.startsWith('list events') ? held : undefined)
  const ended = watchRuns(resources, session, live)
  expect(await until('list events failed: no answer yet')).toContain('Progressing')
  release()
  await held
  await new Promise(setImmediate)
  screen.written()
  expect(await until('Progressing')).not.toContain('no answer yet')
  stop.abort()
  expect(await ended).toBe(130)
})

test('the live table lets go of the last canary that is deleted', async () => {
  const { kube, session, resources } = started('podinfo')
  const ended = watchTable(session, {
    selection: everything,
    choose: async (some) => [...some],
    text: async (some) => some.map(({ metadata }) => `${metadata.name}\n`).join(''),
    lacks: () => [],
    isDrawn: true,
    shown: resources,
  })
  await until('podinfo')
  await kube.whenWatching()
  const [first] = resources
  if (first) kube.drop({ ...first, ...first.metadata, namespace: 'test' })
  expect(await until('^[J\n')).not.toContain('podinfo')
  stop.abort()
  expect(await ended).toBe(130)
})

test('a look that ends after the run draws nothing over its last words', async () => {
  const { kube, session, resources, write } = started('podinfo')
  const ended = watchRuns(resources, session, live)
  await until('Progressing')
  await kube.whenWatching()
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let isHeld = false
  kube.before = (request) => {
    if (isHeld || !request.startsWith('list events')) return undefined
    isHeld = true
    return held
  }
  while (!isHeld && !stop.signal.aborted) {
    await new Promise(setImmediate)
    clock.step(1000)
  }
  kube.before = () => {}
  write('podinfo', { ...progressing, phase: 'Succeeded', canaryWeight: 0 })
  expect(await ended).toBe(0)
  expect(screen.written()).toMatch(/promoted\n\^\[\?25h$/)
  clock.step(86_400_000)
  release()
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  expect(screen.written()).toBe('')
})

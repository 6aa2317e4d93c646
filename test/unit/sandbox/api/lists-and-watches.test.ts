import { expect, test } from 'vitest'
import type { ApiServer } from '../../../../src/sandbox/api/server.ts'
import { type Body, client, configMap, configMaps, server, watch } from './support.ts'

function fill({ store }: ApiServer, ...names: string[]): void {
  for (const name of names) store.create(configMap(name, {}, { namespace: 'default' }))
}

const namesOf = (items: Body[]) => items.map(({ metadata }) => metadata.name)

test('gives lists in pages that show one moment', async () => {
  const started = await server()
  fill(started, 'a', 'b', 'c', 'd', 'e')
  const send = client(started)
  const first = (await send('GET', `${configMaps}?limit=2`)).body
  expect([namesOf(first.items), first.metadata.remainingItemCount]).toEqual([['a', 'b'], 3])
  started.store.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'c' })
  fill(started, 'bb')
  const rest = (await send('GET', `${configMaps}?limit=9&continue=${first.metadata.continue}`)).body
  expect(namesOf(rest.items)).toEqual(['c', 'd', 'e'])
  expect(rest.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
  started.store.compact()
  const late = await send('GET', `${configMaps}?continue=${first.metadata.continue}`)
  expect([late.status, late.body.reason]).toEqual([410, 'Expired'])
})

test('lists an exact version while it is known', async () => {
  const started = await server()
  fill(started, 'a')
  const version = started.store.version()
  fill(started, 'b')
  const send = client(started)
  const query = (of: string) => `?resourceVersion=${of}&resourceVersionMatch=Exact`
  expect(namesOf((await send('GET', configMaps + query(version))).body.items)).toEqual(['a'])
  expect(namesOf((await send('GET', `${configMaps}?resourceVersion=0`)).body.items)).toEqual([
    'a',
    'b',
  ])
  const future = await send('GET', `${configMaps}?resourceVersion=99999`)
  expect([future.status, future.body.reason]).toEqual([504, 'Timeout'])
})

test.each([
  ['tier=web', ['a']],
  ['tier==web', ['a']],
  ['tier!=web', ['b', 'c']],
  ['tier in (web,db)', ['a', 'b']],
  ['tier notin (web, db)', ['c']],
  ['tier,tier!=db', ['a']],
  ['!tier', ['c']],
])('selects by the labels %s', async (selector, names) => {
  const started = await server()
  const labels = { a: { tier: 'web' }, b: { tier: 'db' }, c: {} }
  for (const [name, of] of Object.entries(labels))
    started.store.create(configMap(name, {}, { namespace: 'default', labels: of }))
  const { body } = await client(started)(
    'GET',
    `${configMaps}?labelSelector=${encodeURIComponent(selector)}`,
  )
  expect(namesOf(body.items)).toEqual(names)
})

test('selects by fields, and refuses fields without an index', async () => {
  const started = await server()
  fill(started, 'a', 'b')
  const send = client(started)
  const path = `/api/v1/configmaps?fieldSelector=`
  expect(namesOf((await send('GET', `${path}metadata.name=b`)).body.items)).toEqual(['b'])
  expect(namesOf((await send('GET', `${path}metadata.namespace!=default`)).body.items)).toEqual([])
  const unknown = await send('GET', `${path}data.a=1`)
  expect([unknown.status, unknown.body.message]).toEqual([400, 'field label not supported: data.a'])
  started.store.create({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e', namespace: 'default' },
    involvedObject: { kind: 'Canary', name: 'podinfo' },
  } as Body)
  const events = '/api/v1/namespaces/default/events?fieldSelector=involvedObject.name='
  expect((await send('GET', `${events}podinfo`)).body.items).toHaveLength(1)
  expect((await send('GET', `${events}other`)).body.items).toHaveLength(0)
})

async function take(events: AsyncGenerator<Body>, count: number): Promise<Body[]> {
  const taken: Body[] = []
  for (let left = count; left > 0; left--) taken.push((await events.next()).value)
  return taken
}

const short = (events: Body[]) => events.map(({ type, object }) => [type, object.metadata.name])

test('tells a watch what happened since, and what happens', async () => {
  const started = await server()
  const since = started.store.version()
  fill(started, 'a')
  const events = watch(started, `${configMaps}?watch=true&resourceVersion=${since}`)
  expect(short(await take(events, 1))).toEqual([['ADDED', 'a']])
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'a' }
  started.store.modify<Body>(ref, (draft) => {
    draft.data = { a: '1' }
  })
  started.store.delete(ref)
  const later = await take(events, 2)
  expect(short(later)).toEqual([
    ['MODIFIED', 'a'],
    ['DELETED', 'a'],
  ])
  expect(Number(later[1].object.metadata.resourceVersion)).toBe(Number(started.store.version()))
})

test('shows a selective watch objects that come into and leave its selection', async () => {
  const started = await server()
  fill(started, 'a')
  const query = `?watch=1&labelSelector=on&resourceVersion=${started.store.version()}`
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'a' }
  const label = (labels: Record<string, string>) =>
    started.store.modify(ref, (draft) => {
      draft.metadata.labels = labels
    })
  label({ on: '1' })
  label({ on: '2' })
  label({ off: '' })
  label({ off: '1' })
  label({ on: '3' })
  const events = await take(watch(started, configMaps + query), 4)
  expect(events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED', 'ADDED'])
  expect(events[2].object.metadata.labels).toEqual({ on: '2' })
})

test('starts a watch without a version from what exists', async () => {
  const started = await server()
  fill(started, 'a', 'b')
  const events = await take(watch(started, `${configMaps}?watch=true`), 2)
  expect(short(events)).toEqual([
    ['ADDED', 'a'],
    ['ADDED', 'b'],
  ])
})

test('marks the end of the initial events of a streamed list', async () => {
  const started = await server()
  fill(started, 'a')
  const query =
    '?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
  const [added, end] = await take(watch(started, configMaps + query), 2)
  expect(added.type).toBe('ADDED')
  expect(end).toMatchObject({
    type: 'BOOKMARK',
    object: {
      kind: 'ConfigMap',
      metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } },
    },
  })
})

test('sends bookmarks to those who allow them, and ends after the timeout', async () => {
  const started = await server({ bookmarkIntervalMs: 20 })
  const { store } = started
  const query = (more: string) =>
    `${configMaps}?watch=true&resourceVersion=${store.version()}${more}`
  const seen: Body[] = []
  for await (const event of watch(started, query('&allowWatchBookmarks=true&timeoutSeconds=0.1')))
    seen.push(event)
  expect(seen.length).toBeGreaterThan(1)
  expect(seen.at(-1)).toMatchObject({
    type: 'BOOKMARK',
    object: { metadata: { resourceVersion: store.version() } },
  })
  const silent: Body[] = []
  for await (const event of watch(started, query('&timeoutSeconds=0.1'))) silent.push(event)
  expect(silent).toEqual([])
})

test('ends a watch that starts too far back with an error event', async () => {
  const started = await server({ historySize: 4 })
  const since = started.store.version()
  fill(started, ...Array.from({ length: 40 }, (_, index) => `c${index}`))
  const events: Body[] = []
  for await (const event of watch(started, `${configMaps}?watch=true&resourceVersion=${since}`))
    events.push(event)
  expect(events).toHaveLength(1)
  expect(events[0]).toMatchObject({
    type: 'ERROR',
    object: { kind: 'Status', code: 410, reason: 'Expired' },
  })
  expect(events[0].object.message).toBe(
    `too old resource version: ${since} (${started.store.version()})`,
  )
})

test('gives metadata only to those who ask for no more', async () => {
  const started = await server()
  started.store.create(configMap('a', { secret: 'x' }, { namespace: 'default' }))
  const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'
  const { body } = await client(started)('GET', configMaps, undefined, { headers: { accept } })
  expect(body).toMatchObject({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' })
  expect(Object.keys(body.items[0])).toEqual(['kind', 'apiVersion', 'metadata'])
})

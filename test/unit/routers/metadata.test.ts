import { expect, test } from 'vitest'
import type { KubeObject } from '../../../src/objects.ts'
import { apexMetadata, releasedMetadata, routeMetadata } from '../../../src/routers/metadata.ts'
import { contextOf } from '../../conformance/routers/fixtures.ts'

const context = contextOf()

function objectOf(metadata: KubeObject['metadata']): KubeObject {
  return { apiVersion: 'example.com/v1', kind: 'Route', metadata }
}

test('what is configured no more is removed, what others set is not', () => {
  const before = routeMetadata(context, {
    name: 'route',
    found: undefined,
    configured: { labels: { a: '1', b: '2' }, annotations: { dns: 'old.example.com' } },
  })
  const found = objectOf({ ...before, labels: { ...before.labels, foreign: 'yes' } })
  const after = routeMetadata(context, {
    name: 'route',
    found,
    configured: { labels: { b: '3' } },
  })
  expect(after.labels).toEqual({
    'app.kubernetes.io/managed-by': 'flagger',
    b: '3',
    foreign: 'yes',
  })
  expect(after.annotations).not.toHaveProperty('dns')
})

/** The metadata of a copy after somebody wrote on it, and its source then said `now`. */
function copied(
  now: Record<string, string>,
  edit: (annotations: Record<string, string>) => object,
) {
  const of = { name: 'route', isCopied: true } as const
  const configured = { annotations: { a: '1', b: '1' } }
  const first = routeMetadata(context, { ...of, found: undefined, configured })
  const annotations = { ...first.annotations, ...edit({ ...first.annotations }) }
  const found = objectOf({ ...first, annotations: JSON.parse(JSON.stringify(annotations)) })
  const next = { found, configured: { annotations: now } }
  const second = routeMetadata(context, { ...of, ...next })
  const third = routeMetadata(context, { ...of, ...next, found: objectOf(second) })
  expect(third).toEqual(second)
  const { 'flagger.app/configured-metadata': _, ...rest } = second.annotations ?? {}
  return rest
}

test('what others write over a copied annotation stays, until its source says something else', () => {
  expect(copied({ a: '1', b: '1' }, () => ({ a: 'theirs' }))).toEqual({ a: 'theirs', b: '1' })
  expect(copied({ a: '2', b: '1' }, () => ({ a: 'theirs' }))).toEqual({ a: '2', b: '1' })
  expect(copied({ b: '1' }, () => ({ a: 'theirs' }))).toEqual({ a: 'theirs', b: '1' })
})

test('a copied annotation that somebody removes comes back, and one that its source drops goes', () => {
  expect(copied({ a: '1', b: '1' }, () => ({ a: undefined }))).toEqual({ a: '1', b: '1' })
  expect(copied({ b: '2' }, () => ({}))).toEqual({ b: '2' })
})

test('a record of an earlier version, which names keys alone, is read', () => {
  const record = JSON.stringify({ labels: [], annotations: ['a', 'b'] })
  const annotations = { a: '1', b: '1', c: '1', 'flagger.app/configured-metadata': record }
  const found = objectOf({ name: 'route', namespace: 'test', annotations })
  const configured = { annotations: { a: '2' } }
  const after = routeMetadata(context, { name: 'route', found, configured, isCopied: true })
  expect(after.annotations).toMatchObject({ a: '2', c: '1' })
  expect(after.annotations).not.toHaveProperty('b')
})

test('without labels and annotations, the metadata has no empty maps', () => {
  const found = objectOf({ name: 'route', namespace: 'test', labels: {}, annotations: {} })
  expect(routeMetadata(context, { name: 'route', found })).toEqual({
    name: 'route',
    namespace: 'test',
  })
})

test('a damaged record of configured keys harms nothing', () => {
  for (const text of ['{', 'null', '7', '{"labels":7}', '{"labels":[null]}']) {
    const annotations = { 'flagger.app/configured-metadata': text }
    const found = objectOf({ name: 'route', namespace: 'test', labels: { a: '1' }, annotations })
    const { labels } = routeMetadata(context, { name: 'route', found })
    expect(labels).toEqual({ a: '1' })
  }
})

test('released metadata is what it was before', () => {
  const original = { name: 'route', namespace: 'test', labels: { team: 'shop' } }
  const taken = routeMetadata(context, {
    name: 'route',
    found: objectOf(original),
    configured: { labels: { app: 'podinfo' }, annotations: { dns: 'example.com' } },
    annotations: { 'helm.toolkit.fluxcd.io/driftDetection': 'disabled', memory: '{}' },
  })
  expect(releasedMetadata(taken, ['memory'])).toEqual(original)
})

test('what an object taken over had by itself stays when it is given back', () => {
  const original = objectOf({
    name: 'route',
    namespace: 'test',
    labels: { team: 'shop', app: 'shop' },
    annotations: { dns: 'example.com' },
  })
  const configured = { labels: { app: 'shop', tier: 'web' }, annotations: { dns: 'example.com' } }
  const once = routeMetadata(context, { name: 'route', found: original, configured })
  const twice = routeMetadata(context, { name: 'route', found: objectOf(once), configured })
  expect(once.labels).toEqual({ team: 'shop', app: 'shop', tier: 'web' })
  expect(twice).toEqual(once)
  expect(releasedMetadata(twice, [])).toEqual(original.metadata)
})

test('the apex section of the Canary adds the selector label and what is unmanaged', () => {
  const service: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'podinfo',
      namespace: 'test',
      labels: { cost: '17', other: 'x' },
      ownerReferences: [
        {
          apiVersion: 'flagger.app/v1beta1',
          kind: 'Canary',
          name: 'podinfo',
          uid: 'u',
          controller: true,
        },
      ],
    },
  }
  const apex = { annotations: { dns: 'example.com' } }
  const unmanagedMetadata = { labels: ['cost'] }
  const spec = { service: { port: 80, apex, unmanagedMetadata } }
  expect(apexMetadata(contextOf({ spec, cluster: [service] }))).toEqual({
    labels: { app: 'podinfo', cost: '17' },
    annotations: { dns: 'example.com' },
  })
  expect(apexMetadata(contextOf({ cluster: [service] }))).toEqual({ labels: {}, annotations: {} })
})

/** What the shared suite of the routers has beside its tests. */
import { type KubeObject, refKey, refOf } from '../../src/objects.ts'
import { lastApplied } from '../../src/routers/metadata.ts'
import { originalConfiguration } from '../../src/routers/original.ts'
import type { Routes } from '../../src/routers/router.ts'
import { type Fixture, fixtures } from './routers/fixtures.ts'

export const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }

export const toCanary: Routes = { primary: 0, canary: 100, mirrored: false }

export function fixtureOf(provider: string): Fixture {
  const fixture = fixtures[provider]
  if (!fixture) throw new Error(`router ${provider} has no fixture`)
  return fixture
}

export function foreignOf({ kind }: KubeObject, { foreignSpec }: Fixture) {
  return {
    metadata: {
      resourceVersion: '41',
      finalizers: ['example.com/hold'],
      labels: { 'example.com/seen': 'yes' },
      annotations: { 'example.com/note': 'kept' },
    },
    spec: { ...foreignSpec[kind] },
  }
}

export function withForeign(object: KubeObject & { spec?: object }, fixture: Fixture): KubeObject {
  const { metadata, spec } = foreignOf(object, fixture)
  const labels = { ...object.metadata.labels, ...metadata.labels }
  const annotations = { ...object.metadata.annotations, ...metadata.annotations }
  const edited = {
    ...object,
    metadata: { ...object.metadata, ...metadata, labels, annotations },
    spec: { ...object.spec, ...spec },
  }
  return edited
}

/** The object after somebody emptied the first list or text of its spec. */
export function withoutRules(object: KubeObject & { spec?: Record<string, unknown> }): KubeObject {
  const [first = 'host'] = Object.keys(object.spec ?? {})
  const changed = { ...object, spec: { ...object.spec, [first]: [] } }
  return changed
}

/** The annotations that a router knows, and those in which an original is kept. */
export function annotationKeys(objects: readonly KubeObject[]): [string, ...string[]] {
  const keys = objects.flatMap(({ metadata }) => Object.keys(metadata.annotations ?? {}))
  return [originalConfiguration, lastApplied, 'flagger.app/configured-metadata', ...keys]
}

export function sorted(objects: readonly KubeObject[]): KubeObject[] {
  return [...objects].sort((one, other) => (refKey(refOf(one)) < refKey(refOf(other)) ? -1 : 1))
}

export function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const field of Object.values(value)) deepFrozen(field)
    Object.freeze(value)
  }
  return value
}

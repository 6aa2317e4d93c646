import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../../src/objects.ts'
import { deployment as workload } from '../../../src/workloads/deployment/workload.ts'
import type { Deployment } from '../../../src/workloads/pods/pod-template.ts'
import { canary, context, golden, written } from './builders.ts'

const begun = '2026-01-01T00:00:00Z'
const initializing = { phase: 'Initializing', lastTransitionTime: begun }

const named = (objects: readonly KubeObject[], name: string) =>
  objects.find((one) => one.kind === 'Deployment' && one.metadata.name === name) as Deployment

/** A cluster in which the primary was just made. */
function objects(): KubeObject[] {
  const { found } = golden('configs')
  const all = written(found, workload.initialize(context(found)))
  named(all, 'podinfo-primary').metadata.creationTimestamp = begun
  return all
}

function isBehind(of: KubeObject[], status: object = {}): boolean {
  const given = context(of, { canary: canary({ status: { ...initializing, ...status } }) })
  return workload.observe(given).copyIsBehind === true
}

/** The same after somebody set another image. */
function withImage(all: KubeObject[], name = 'podinfo'): KubeObject[] {
  for (const container of named(all, name).spec.template.spec.containers)
    container.image = 'podinfo:mended'
  return all
}

describe('a first copy', () => {
  test('is behind once the target is another, until it is made of that', () => {
    expect(isBehind(objects())).toBe(false)
    const after = withImage(objects())
    expect(isBehind(after)).toBe(true)
    const writes = workload.promote(context(after))
    expect(isBehind(written(after, writes))).toBe(false)
  })

  test('is behind once its configuration is another, also where the copies have it already', () => {
    const [source] = objects().filter(({ metadata }) => metadata.name === 'podinfo-vol')
    const after = written(objects(), [{ ...source, data: { color: 'mended' } } as KubeObject])
    expect(isBehind(after)).toBe(true)
    const copies = workload.promote(context(after)).filter(({ kind }) => kind === 'ConfigMap')
    expect(isBehind(written(after, copies))).toBe(true)
  })

  test('is not behind by what a person or an admission webhook puts into it', () => {
    expect(isBehind(withImage(objects(), 'podinfo-primary'))).toBe(false)
  })

  test('is not behind where it can not be made, or is being removed', () => {
    const isConfig = ({ metadata }: KubeObject) => metadata.name === 'podinfo-vol'
    expect(isBehind(withImage(objects()).filter((object) => !isConfig(object)))).toBe(false)
    const removed = withImage(objects())
    named(removed, 'podinfo-primary').metadata.deletionTimestamp = begun
    expect(isBehind(removed)).toBe(false)
  })

  test('may be a little older than its initialization by the clock of the API server', () => {
    expect(isBehind(withImage(objects()), { lastTransitionTime: '2026-01-01T00:00:05Z' })).toBe(
      true,
    )
  })
})

describe('no first copy, which may serve what was verified, is', () => {
  test.each<[string, object]>([
    ['a primary of an initialized canary', { phase: 'Initialized' }],
    ['one of which something was promoted', { lastPromotedSpec: 'v2:blue' }],
    ['one of which something was rolled out', { lastAppliedSpec: 'v2:blue' }],
    [
      'one that is much older than the initialization, as where the status was lost',
      { lastTransitionTime: '2026-01-01T00:05:00Z' },
    ],
    ['one of a Canary that nobody looked at', { phase: '', lastTransitionTime: undefined }],
  ])('%s', (_, status) => {
    expect(isBehind(withImage(objects()), status)).toBe(false)
  })

  test.each<[string, (metadata: Deployment['metadata']) => void]>([
    [
      'one that somebody else made',
      (metadata) => {
        delete metadata.ownerReferences
      },
    ],
    [
      'one that was there before the Canary',
      (metadata) => {
        metadata.creationTimestamp = '2025-12-31T23:59:59Z'
      },
    ],
    [
      'one of which nobody knows the age',
      (metadata) => {
        delete metadata.creationTimestamp
      },
    ],
  ])('%s', (_, change) => {
    const adopted = withImage(objects())
    change(named(adopted, 'podinfo-primary').metadata)
    expect(isBehind(adopted)).toBe(false)
  })
})

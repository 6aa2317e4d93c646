import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isForeignRevision } from '../../../src/canary/revision.ts'
import { workloadFor } from '../../../src/workloads/index.ts'
import { configRefs } from '../../../src/workloads/pods/config-refs.ts'
import { configChecksum, configCopies, trackConfigs } from '../../../src/workloads/pods/configs.ts'
import { deploymentReadiness } from '../../../src/workloads/readiness.ts'
import { revisionOf } from '../../../src/workloads/revision.ts'
import { sizeWriter } from '../../../src/workloads/size-writer.ts'
import { findIn } from '../../support/find.ts'
import { canary, config, deployment, now } from './builders.ts'

describe('checksums equal those that were stored before', () => {
  test.each([
    [{ color: 'red' }, '241889ca0604e333'],
    [undefined, '74234e98afe7498f'],
    [{}, '44136fa355b3678a'],
    [{ a: 'x\u2028y', b: '<a&b>' }, '76f842540acc13fe'],
    [{ apiKey: 'dGVzdA==' }, '3930f0692c2295eb'],
    [{ e: '' }, '2964dcc3b60c6506'],
  ])('%j', (data, want) => {
    expect(configChecksum(data ? { data } : {})).toBe(want)
  })

  test('whatever the order of the keys', () => {
    expect(configChecksum({ data: { b: '1', a: '2' } })).toBe(
      configChecksum({ data: { a: '2', b: '1' } }),
    )
  })

  test('and binary data counts where there is some', () => {
    const data = { color: 'red' }
    expect(configChecksum({ data, binaryData: { f: 'AA==' } })).not.toBe(configChecksum({ data }))
  })
})

describe('config copies', () => {
  const ref = { kind: 'ConfigMap', name: 'env', optional: false } as const
  const copiesOf = (objects: ReturnType<typeof config>[], refs = [ref] as (typeof ref)[]) => {
    const find = findIn(objects)
    const of = { canary: canary(), find, prefixes: ['team'], inUse: [] }
    return configCopies(trackConfigs(refs, find, 'test'), of)
  }

  test('carry content, wanted labels and the owner', () => {
    const source = config(
      'ConfigMap',
      'env',
      { data: { a: '1' }, binaryData: { f: 'AA==' } },
      { labels: { team: 'blue', app: 'x' }, annotations: { note: 'x' } },
    )
    expect(copiesOf([source])).toEqual([
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: 'env-primary',
          namespace: 'test',
          labels: { team: 'blue', 'app.kubernetes.io/managed-by': 'flagger' },
          ownerReferences: [
            {
              apiVersion: 'flagger.app/v1beta1',
              kind: 'Canary',
              name: 'podinfo',
              uid: 'canary-uid',
              controller: true,
              blockOwnerDeletion: true,
            },
          ],
        },
        data: { a: '1' },
        binaryData: { f: 'AA==' },
      },
    ])
  })

  test('keep their other owners, and lose what the source lost', () => {
    const other = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'b', uid: 'b' }
    const found = config(
      'ConfigMap',
      'env-primary',
      { data: { old: '1' } },
      {
        resourceVersion: '7',
        ownerReferences: [{ ...other, controller: true }],
      },
    )
    const [copy] = copiesOf([config('ConfigMap', 'env', {}), found])
    expect(copy).not.toHaveProperty('data')
    expect(copy?.metadata.resourceVersion).toBe('7')
    expect(copy?.metadata.ownerReferences).toEqual([
      expect.objectContaining({ uid: 'canary-uid', controller: true }),
      { ...other, controller: false },
    ])
  })

  test.each([
    [
      'an opt-out',
      config(
        'ConfigMap',
        'env',
        {},
        { annotations: { 'flagger.app/config-tracking': 'disabled' } },
      ),
    ],
    [
      'a service account token',
      config('Secret', 'env', { type: 'kubernetes.io/service-account-token' }),
    ],
  ])('are not made for %s', (_case, source) => {
    const kind = source.kind as 'ConfigMap'
    expect(copiesOf([source], [{ ...ref, kind }])).toEqual([])
  })

  test('are not needed for what is optional and missing', () => {
    const find = findIn([])
    expect(trackConfigs([{ ...ref, optional: true }], find, 'test')).toEqual({
      tracked: [],
      missing: [],
    })
  })
})

test('references are found in every place, once, and the last mention decides', () => {
  const named = (name: string) => ({ name })
  const refs = configRefs({
    volumes: [
      { name: 'a', configMap: named('c1') },
      { name: 'b', secret: { secretName: 's1', optional: true } },
      { name: 'c', projected: { sources: [{ configMap: named('c2') }, { secret: named('s2') }] } },
    ],
    containers: [
      {
        name: 'x',
        env: [
          { name: 'A', valueFrom: { configMapKeyRef: { ...named('c3'), optional: true } } },
          { name: 'B', valueFrom: { secretKeyRef: named('s3') } },
          { name: 'C' },
        ],
        envFrom: [{ configMapRef: named('c4') }, { secretRef: named('s4') }],
      },
    ],
    initContainers: [{ name: 'y', envFrom: [{ configMapRef: named('c3') }] }],
  })
  expect(refs.map(({ kind, name, optional }) => `${kind} ${name}${optional ? '?' : ''}`)).toEqual([
    'ConfigMap c1',
    'Secret s1?',
    'ConfigMap c2',
    'Secret s2',
    'ConfigMap c3',
    'Secret s3',
    'ConfigMap c4',
    'Secret s4',
  ])
})

describe('a Deployment', () => {
  const limits = { threshold: 100, deadlineMs: 60_000, now }
  const at = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString()
  const status = { observedGeneration: 1, replicas: 3, updatedReplicas: 3, availableReplicas: 3 }
  const unavailable = (lastUpdateTime: string) => ({
    ...status,
    availableReplicas: 0,
    conditions: [
      { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated' },
      { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable', lastUpdateTime },
    ],
  })
  const exceeded = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }]
  const stuck = '0 of 3 (readyThreshold 100%) updated replicas are available'
  const rollout = 'waiting for rollout to finish: '

  test.each([
    [
      { ...status, observedGeneration: 0 },
      100,
      'waiting',
      `${rollout}observed deployment generation less than desired generation`,
    ],
    [
      { ...status, conditions: exceeded },
      100,
      'failed',
      'deployment "podinfo" exceeded its progress deadline',
    ],
    [
      { ...status, updatedReplicas: 1 },
      100,
      'waiting',
      `${rollout}1 out of 3 new replicas have been updated`,
    ],
    [
      { ...status, replicas: 5 },
      100,
      'waiting',
      `${rollout}2 old replicas are pending termination`,
    ],
    [
      { ...status, availableReplicas: 1 },
      70,
      'waiting',
      `${rollout}1 of 2 (readyThreshold 70%) updated replicas are available`,
    ],
    [
      { ...status, availableReplicas: 0 },
      10,
      'waiting',
      `${rollout}0 of 1 (readyThreshold 10%) updated replicas are available`,
    ],
    [{ ...status, availableReplicas: 0 }, 0, 'ready', undefined],
    [unavailable(at(-59)), 100, 'waiting', rollout + stuck],
    [unavailable(at(-61)), 100, 'failed', rollout + stuck],
    [{ ...status, availableReplicas: 2 }, 70, 'ready', undefined],
    [status, 100, 'ready', undefined],
  ])('with %j at %d%% is %s%s', (found, threshold, state, why) => {
    const target = deployment({ replicas: 3, status: found })
    // Pods that are on their way are what each rollout has; pods that are stuck are not.
    const routine = state === 'waiting' ? { routine: true } : {}
    const want = why === undefined ? { state } : { state, why, ...routine }
    expect(deploymentReadiness(target, { ...limits, threshold })).toEqual(want)
  })

  test.each([
    [-59, 'waiting'],
    [-61, 'failed'],
  ])(
    'that was down before the run came to it has its deadline from there: %d s',
    (moved, state) => {
      const target = deployment({ replicas: 3, status: unavailable(at(-7_200)) })
      const runMovedAt = new Date(at(moved))
      expect(deploymentReadiness(target, { ...limits, runMovedAt }).state).toBe(state)
    },
  )

  test('of a paused Deployment names the way out, as long as there is something to wait for', () => {
    const readiness = (found: object) => {
      const target = deployment({ replicas: 3, status: found })
      target.spec.paused = true
      return deploymentReadiness(target, limits)
    }
    expect(readiness({ ...status, updatedReplicas: 0 })).toEqual({
      state: 'waiting',
      why: `${rollout}0 out of 3 new replicas have been updated; it is paused: kubectl rollout resume deployment/podinfo`,
    })
    expect(readiness(status)).toEqual({ state: 'ready' })
  })

  test('of a Deployment that may not make its pods says what keeps it, in Kubernetes’ words', () => {
    const message = 'pods "podinfo-7c6d-x7x2p" is forbidden: exceeded quota: small, limited: pods=2'
    const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }
    const readiness = (conditions: object[], updatedReplicas: number) =>
      deploymentReadiness(
        deployment({ replicas: 3, status: { ...status, updatedReplicas, conditions } }),
        limits,
      )
    const why = `${rollout}1 out of 3 new replicas have been updated`
    expect(readiness([failure], 1)).toEqual({
      state: 'waiting',
      why: `${why}; FailedCreate: ${message}`,
    })
    expect(readiness([{ ...failure, status: 'False' }], 1)).toEqual({
      state: 'waiting',
      why,
      routine: true,
    })
    expect(readiness([failure], 3)).toEqual({ state: 'ready' })
  })

  test('without a status is waited for', () => {
    const { status: _status, ...target } = deployment()
    expect(deploymentReadiness(target, limits).state).toBe('waiting')
  })
})

describe('revisions', () => {
  test('of Flagger are foreign, ours and none are not', () => {
    expect(isForeignRevision('5f56684589')).toBe(true)
    expect(isForeignRevision(revisionOf({}))).toBe(false)
    expect(isForeignRevision('')).toBe(false)
    expect(isForeignRevision(undefined)).toBe(false)
  })

  test('do not depend on the order of keys, nor on null', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (content) => {
        const reversed = Object.fromEntries(Object.entries(content).reverse())
        expect(revisionOf({ ...reversed, extra: null })).toBe(revisionOf(content))
      }),
    )
  })
})

test('a target of another kind is refused by name', () => {
  const { spec, label } = canary({
    spec: { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' } },
  })
  const targetRef = { ...spec.targetRef, kind: 'ReplicaSet' }
  const other = { ...spec, targetRef } as unknown as typeof spec
  expect(() => workloadFor({ spec: other, label })).toThrow(
    /canary podinfo\.test: spec\.targetRef\.kind ReplicaSet is not supported, use one of .*Deployment/,
  )
})

test.each([
  [[], undefined],
  [[{ manager: 'kubectl', time: '1', fieldsV1: { 'f:spec': { 'f:paused': {} } } }], undefined],
  [
    [
      { manager: 'helm', time: '1', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
      {
        manager: 'kubectl',
        time: '2',
        subresource: 'scale',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      },
    ],
    { manager: 'kubectl', byScale: true },
  ],
  [
    [
      { manager: 'flux', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
      { manager: 'x', fieldsV1: {} },
    ],
    { manager: 'flux', byScale: false },
  ],
])('of the writers %j the last that gave a size is %j', (managedFields, want) => {
  const metadata = { name: 'podinfo', managedFields }
  expect(sizeWriter({ apiVersion: 'apps/v1', kind: 'Deployment', metadata })).toEqual(want)
})

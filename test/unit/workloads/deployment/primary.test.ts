import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import { deployment as workload } from '../../../../src/workloads/deployment/workload.ts'
import { canary, context, deployment, golden, written } from '../builders.ts'
import { initialized, primaryOf } from './initialized.ts'

describe('a missing target', () => {
  test('is refused with the text of the API server', () => {
    expect(() => workload.observe(context([]))).toThrow(
      'deployment podinfo.test get query error: deployments.apps "podinfo" not found',
    )
  })

  test('is nothing to scale or to restore', () => {
    expect(workload.scale(context([]), 'full')).toEqual([])
    expect(workload.restore(context([]))).toEqual({ write: [], remove: [] })
  })
})

test('a target that no listed label selects is refused', () => {
  expect(() => workload.observe(context([deployment({ labels: { run: 'x' } })]))).toThrow(
    'getSelectorLabel failed: deployment podinfo.test spec.selector.matchLabels must contain one of [app name app.kubernetes.io/name]',
  )
})

describe('another -selector-labels', () => {
  const labels = { app: 'podinfo', deploy: 'podinfo' }
  const pods = {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: { app: 'podinfo' } }, topologyKey: 'zone' },
        ],
      },
    },
  }
  const before = initialized([deployment({ labels, pods })])
  const settings = { ...context([]).settings, selectorLabels: ['deploy'] }

  test('changes nothing of a primary that exists, and no revision', () => {
    expect(workload.promote(context(before, { settings }))).toEqual(
      workload.promote(context(before)),
    )
    const { facts, promoted, revision, primaryRevision, warnings } = workload.observe(
      context(before, { settings }),
    )
    expect(facts).toEqual(workload.observe(context(before)).facts)
    expect(promoted).toBe(true)
    expect(primaryRevision).toBe(revision)
    expect(warnings).toEqual([
      expect.stringMatching(/-selector-labels=deploy .*app=podinfo-primary/),
    ])
  })

  test('leaves a later promotion one that the API server takes', () => {
    const next = written(before, [deployment({ labels, pods, image: 'podinfo:2' })])
    const { spec } = primaryOf(workload.promote(context(next, { settings })))
    expect(spec.template.metadata?.labels).toMatchObject(spec.selector.matchLabels ?? {})
  })
})

test('a primary shares the labels of the target but one, so that it selects nobody else’s pods', () => {
  const labels = { 'app.kubernetes.io/name': 'orders', 'app.kubernetes.io/component': 'api' }
  const { spec, metadata } = primaryOf(initialized([deployment({ labels })]))
  const own = { ...labels, 'app.kubernetes.io/name': 'orders-primary' }
  expect(spec.selector).toEqual({ matchLabels: own })
  expect(spec.template.metadata?.labels).toEqual(own)
  expect(metadata.labels).toEqual({
    'app.kubernetes.io/name': 'orders-primary',
    'app.kubernetes.io/managed-by': 'flagger',
  })
})

test('labels that the user’s prefix copies win over ours', () => {
  const labels = { app: 'podinfo', 'app.kubernetes.io/managed-by': 'Helm' }
  const settings = { ...context([]).settings, includeLabelPrefix: ['app.kubernetes.io'] }
  const target = deployment()
  const found = [{ ...target, metadata: { ...target.metadata, labels } }]
  const [copied] = workload.initialize(context(found, { settings }))
  expect(copied?.metadata.labels).toMatchObject({ 'app.kubernetes.io/managed-by': 'Helm' })
  const [plain] = workload.initialize(context(found))
  expect(plain?.metadata.labels).toMatchObject({ 'app.kubernetes.io/managed-by': 'flagger' })
})

test('facts of a primary whose target is gone are those from before', () => {
  const objects = initialized([deployment()])
  const { facts } = workload.observe(context(objects))
  expect(facts).toMatchObject(workload.factsOfPrimary(context([primaryOf(objects)])) ?? {})
  expect(workload.factsOfPrimary(context([]))).toBeUndefined()
})

describe('the primary that is gone', () => {
  const inPhase = (phase: string, more: object = {}) => canary({ status: { phase, ...more } })
  const { revision } = workload.observe(context([deployment()]))

  test.each(['', 'Initializing', 'Initialized'])(
    'is made from the target in phase "%s"',
    (phase) => {
      const writes = workload.initialize(context([deployment()], { canary: inPhase(phase) }))
      expect(writes).toHaveLength(1)
    },
  )

  test('comes back where the target is what was promoted last', () => {
    const promoted = inPhase('Succeeded', { lastPromotedSpec: revision })
    expect(workload.initialize(context([deployment()], { canary: promoted }))).toHaveLength(1)
  })

  test.each(['Progressing', 'Failed', 'Succeeded', 'Initialized'])(
    'is not made of an unverified target in phase %s',
    (phase) => {
      const of = context([deployment({ image: 'podinfo:2' })], {
        canary: inPhase(phase, { lastPromotedSpec: revision }),
      })
      const why =
        'deployment podinfo-primary.test is gone, and podinfo.test is not what was promoted last, so it is not copied unverified; set the target back to the promoted version, or accept it as it is with: kubectl canary reset podinfo -n test'
      expect(() => workload.initialize(of)).toThrow(why)
      expect(workload.observe(of).primary).toEqual({
        state: 'missing',
        why: `podinfo-primary.test not ready: ${why}`,
      })
    },
  )

  test('is not made of configuration that was not promoted', () => {
    const objects = golden('configs').found
    const read = workload.observe(context(objects))
    const promotedConfigs = { ...read.configs, 'configmap/podinfo-env': 'before' }
    const of = inPhase('Succeeded', { lastPromotedSpec: read.revision, promotedConfigs })
    expect(() => workload.initialize(context(objects, { canary: of }))).toThrow('is gone')
  })

  test('is made of the target where another controller promoted it, and nothing ran since', () => {
    const of = inPhase('Initialized', { lastPromotedSpec: '5f56684589' })
    expect(workload.initialize(context([deployment()], { canary: of }))).toHaveLength(1)
  })

  test('leaves the promoted copies alone when it comes back', () => {
    const objects = initialized([...golden('configs').found])
    const read = workload.observe(context(objects))
    const rest = objects.filter(
      ({ metadata }) => !['podinfo-primary', 'podinfo-vol-primary'].includes(metadata.name),
    )
    const of = inPhase('Succeeded', {
      lastPromotedSpec: read.revision,
      promotedConfigs: read.configs,
    })
    const names = workload.initialize(context(rest, { canary: of })).map((one) => one.metadata.name)
    expect(names).toEqual(['podinfo-vol-primary', 'podinfo-primary'])
  })
})

describe('a primary that an earlier canary of this name left', () => {
  const owned = (object: KubeObject, uid: string): KubeObject => {
    const owner = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'podinfo', uid }
    const { metadata, ...rest } = object
    return { ...rest, metadata: { ...metadata, ownerReferences: [{ ...owner, controller: true }] } }
  }
  const left = (uid: string, status?: object) => {
    const all = initialized([...golden('configs').found])
    return all.map((one) => {
      if (!one.metadata.name.endsWith('-primary')) return one
      const generation = { ...one, metadata: { ...one.metadata, generation: 1 } }
      return owned({ ...generation, ...(one.kind === 'Deployment' && { status }) } as never, uid)
    })
  }
  const serving = { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 }
  const names = (objects: KubeObject[]) => objects.map(({ metadata }) => metadata.name).sort()

  test('is taken over with its configuration where it serves', () => {
    const objects = left('earlier', serving)
    const copies = objects.filter(({ metadata }) => metadata.name.endsWith('-primary'))
    expect(copies.length).toBeGreaterThan(1)
    expect(names(workload.initialize(context(objects)))).toEqual(names(copies))
    expect(workload.observe(context(objects)).primary).toEqual({ state: 'ready' })
  })

  test('is waited for to go where it does not, and not taken for broken', () => {
    const objects = left('earlier', { ...serving, availableReplicas: 0 })
    expect(workload.initialize(context(objects))).toEqual([])
    expect(workload.observe(context(objects)).primary).toEqual({
      state: 'waiting',
      why: 'podinfo-primary.test not ready: an earlier canary of this name left it; it is made anew once the garbage collector removed it',
    })
  })

  test('is taken over in any state once a revision is promoted', () => {
    const of = { canary: canary({ status: { phase: 'Succeeded' } }) }
    const objects = left('earlier', { ...serving, availableReplicas: 0 })
    expect(names(workload.initialize(context(objects, of)))).toContain('podinfo-primary')
  })

  test('is nothing special where this canary owns it', () => {
    expect(workload.initialize(context(left('canary-uid', serving)))).toEqual([])
  })

  test('is not ready while it is being deleted', () => {
    const objects = left('canary-uid', serving).map((one) => {
      if (one.metadata.name !== 'podinfo-primary') return one
      return { ...one, metadata: { ...one.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }
    })
    expect(workload.observe(context(objects)).primary).toEqual({
      state: 'waiting',
      why: 'podinfo-primary.test not ready: it is being deleted, and is made anew after that',
    })
  })
})

import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import { deployment as workload } from '../../../../src/workloads/deployment/workload.ts'
import type { Deployment } from '../../../../src/workloads/pods/pod-template.ts'
import { canary, config, context, deployment, golden, written } from '../builders.ts'

const primaryOf = (objects: readonly KubeObject[]) =>
  objects.find(({ metadata }) => metadata.name === 'podinfo-primary') as Deployment

/** A cluster in which the canary was initialised. */
function initialized(objects: KubeObject[]): KubeObject[] {
  return written(objects, workload.initialize(context(objects)))
}

/** Without what only our objects have, and with the identifier of promotions made equal. */
function comparable(objects: readonly KubeObject[]) {
  return objects
    .map((object) => {
      const copy = structuredClone(object) as Deployment
      delete copy.metadata.labels?.['app.kubernetes.io/managed-by']
      if (Object.keys(copy.metadata.labels ?? {}).length === 0) delete copy.metadata.labels
      for (const owner of copy.metadata.ownerReferences ?? []) owner.uid = ''
      const annotations = copy.spec?.template.metadata?.annotations
      if (annotations?.['flagger-id']) annotations['flagger-id'] = 'ID'
      return copy
    })
    .sort((a, b) => `${a.kind}/${a.metadata.name}`.localeCompare(`${b.kind}/${b.metadata.name}`))
}

function ownersWithUid(objects: readonly KubeObject[]) {
  return objects.map((object) => {
    const copy = structuredClone(object)
    for (const owner of copy.metadata.ownerReferences ?? []) owner.uid = ''
    return copy
  })
}

describe.each(['configs', 'affinity'])('the recorded rollout %s', (name) => {
  const { found, created, promoted } = golden(name)

  test('gets the recorded primary and copies', () => {
    expect(comparable(workload.initialize(context(found)))).toEqual(
      comparable(ownersWithUid(created)),
    )
  })

  test('is promoted to the recorded primary, which keeps its annotations', () => {
    const before = written(found, workload.initialize(context(found)))
    const target = before.find(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'podinfo',
    ) as Deployment
    const image = primaryOf(promoted).spec.template.spec.containers[0]?.image ?? ''
    const next = structuredClone(target)
    for (const container of next.spec.template.spec.containers) container.image = image

    const want = primaryOf(workload.promote(context(written(before, [next]))))
    const recorded = primaryOf(promoted)
    recorded.metadata.annotations = { note: 'kept' }
    expect(comparable([want])).toEqual(comparable(ownersWithUid([recorded])))
  })
})

test('a copy that somebody deleted comes back with what was promoted, and with nothing else', () => {
  const objects = initialized([...golden('configs').found])
  const { configs: promotedConfigs = {} } = workload.observe(context(objects))
  const isLost = ({ metadata }: KubeObject) => metadata.name === 'podinfo-vol-primary'
  const rest = objects.filter((object) => !isLost(object))
  const comesBack = (configs: Record<string, string>) => {
    const of = canary({ status: { phase: 'Succeeded', promotedConfigs: configs } })
    return workload.initialize(context(rest, { canary: of }))
  }
  expect(comesBack(promotedConfigs)).toEqual(objects.filter(isLost))
  expect(comesBack({ ...promotedConfigs, 'configmap/podinfo-vol': 'before' })).toEqual([])
})

test('a repeated promotion changes nothing', () => {
  const objects = initialized([...golden('configs').found])
  const writes = workload.promote(context(objects))
  const again = workload.promote(context(written(objects, writes)))
  expect(again).toEqual(writes)
  expect(primaryOf(objects)).toEqual(primaryOf(writes))
})

test('a change of nothing but configuration restarts the pods of the primary', () => {
  const objects = initialized([...golden('configs').found])
  const changed = written(objects, [config('ConfigMap', 'podinfo-env', { data: { A: '2' } })])
  const idOf = (all: readonly KubeObject[]) =>
    primaryOf(all).spec.template.metadata?.annotations?.['flagger-id']
  const id = idOf(workload.promote(context(changed)))
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(id).not.toBe(idOf(objects))
})

test('each run has its own identifier', () => {
  const objects = initialized([deployment()])
  const inRun = (runId: number) =>
    primaryOf(
      workload.promote(
        context(objects, { canary: canary({ status: { canaryAnalysis: { runId } } }) }),
      ),
    ).spec.template
  expect(inRun(1)).not.toEqual(inRun(2))
  expect(inRun(2)).toEqual(inRun(2))
})

test('what describes the target alone is never copied to the primary', () => {
  const target = deployment({
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      'deployment.kubernetes.io/revision': '7',
      'kustomize.toolkit.fluxcd.io/checksum': 'x',
      note: 'kept',
    },
  })
  expect(primaryOf(initialized([target])).metadata.annotations).toEqual({ note: 'kept' })
})

test('what Kubernetes wrote on the primary stays', () => {
  const objects = initialized([deployment({ annotations: { note: 'kept' } })])
  const found = primaryOf(objects)
  found.metadata.annotations = {
    ...found.metadata.annotations,
    'deployment.kubernetes.io/revision': '3',
  }
  found.status = { replicas: 2 }
  expect(primaryOf(workload.promote(context(objects)))).toEqual(found)
})

test('labels of the target reach the primary by prefix only', () => {
  const target = deployment()
  target.metadata.labels = { app: 'podinfo', team: 'blue', 'cost/center': '7' }
  const settings = { ...context([]).settings, includeLabelPrefix: ['cost/'] }
  const primary = primaryOf(workload.initialize(context([target], { settings })))
  expect(primary.metadata.labels).toEqual({
    'app.kubernetes.io/managed-by': 'flagger',
    'cost/center': '7',
    app: 'podinfo-primary',
  })
  expect(primary.spec.template.metadata?.labels).toEqual({ app: 'podinfo-primary' })
})

test('an autoscaled primary keeps its replicas when promoted', () => {
  const objects = initialized([deployment({ replicas: 2 })])
  const scaled = written(objects, [deployment({ replicas: 5 })])
  const autoscalerRef = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    name: 'podinfo',
  }
  const autoscaled = context(scaled, { canary: canary({ spec: { autoscalerRef } }) })
  expect(primaryOf(workload.promote(context(scaled))).spec.replicas).toBe(5)
  expect(primaryOf(workload.promote(autoscaled)).spec.replicas).toBe(2)
})

test('a promotion leaves the size of a primary that an autoscaler by hand sees to', () => {
  const before = initialized([deployment({ replicas: 2 })])
  const next = written(before, [deployment({ replicas: 9, image: 'podinfo:2' })])
  const sizeOf = (keepsSize: boolean) =>
    primaryOf(workload.promote(context(next, { keepsSize }))).spec.replicas
  expect([sizeOf(true), sizeOf(false)]).toEqual([2, 9])
})

test('another size reaches the primary alone, and only where it is another', () => {
  const objects = written([deployment()], workload.initialize(context([deployment()])))
  const resized = workload.resize(context(objects), 7)
  expect(resized).toMatchObject([{ metadata: { name: 'podinfo-primary' }, spec: { replicas: 7 } }])
  expect(workload.resize(context(objects), 2)).toEqual([])
  expect(workload.resize(context([deployment()]), 7)).toEqual([])
})

test('a promotion never scales the primary to zero', () => {
  const objects = written(initialized([deployment()]), [deployment({ replicas: 0 })])
  expect(primaryOf(workload.promote(context(objects))).spec.replicas).toBe(2)
})

test('a time to wait that the target no longer has goes from the primary as well', () => {
  const waiting = deployment()
  waiting.spec.minReadySeconds = 30
  const objects = initialized([waiting])
  expect(primaryOf(objects).spec.minReadySeconds).toBe(30)

  const promoted = primaryOf(workload.promote(context(written(objects, [deployment()]))))

  expect(promoted.spec).not.toHaveProperty('minReadySeconds')
})

test('fields that neither side names stay on the primary', () => {
  const objects = initialized([deployment()])
  Object.assign(primaryOf(objects).spec, { paused: true })
  expect(primaryOf(workload.promote(context(objects))).spec).toMatchObject({ paused: true })
})

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

describe('scaling', () => {
  const replicasOf = (found: readonly KubeObject[]) =>
    found.map((object) => (object as Deployment).spec.replicas)

  test('to zero writes zero, once', () => {
    expect(replicasOf(workload.scale(context([deployment()]), 'zero'))).toEqual([0])
    expect(workload.scale(context([deployment({ replicas: 0 })]), 'zero')).toEqual([])
  })

  test('to full leaves a target that has replicas', () => {
    expect(workload.scale(context([deployment({ replicas: 1 })]), 'full')).toEqual([])
  })

  test('to full takes the replicas of the primary', () => {
    const objects = [
      deployment({ replicas: 0 }),
      deployment({ name: 'podinfo-primary', replicas: 4 }),
    ]
    expect(replicasOf(workload.scale(context(objects), 'full'))).toEqual([4])
    expect(replicasOf(workload.scale(context(objects.slice(0, 1)), 'full'))).toEqual([1])
  })

  test('to full takes the size that an autoscaler begins with, whatever the primary has', () => {
    const objects = [
      deployment({ replicas: 0 }),
      deployment({ name: 'podinfo-primary', replicas: 40 }),
    ]
    const sizing = { smallest: 3, mayRest: { target: false, primary: false } }
    expect(replicasOf(workload.scale(context(objects, { sizing }), 'full'))).toEqual([3])
  })

  test('restoring gives the target as many replicas as the primary', () => {
    const objects = [
      deployment({ replicas: 0 }),
      deployment({ name: 'podinfo-primary', replicas: 4 }),
    ]
    const { write } = workload.restore(context(objects))
    expect(replicasOf(write)).toEqual([4])
  })
})

describe('readiness', () => {
  const observe = (target: Deployment, primary?: Deployment, status: object = {}) =>
    workload.observe(
      context(primary ? [target, primary] : [target], { canary: canary({ status }) }),
    )
  const unavailable = {
    observedGeneration: 1,
    replicas: 2,
    updatedReplicas: 2,
    availableReplicas: 1,
  }

  test('names the object that is not ready', () => {
    const { target, primary } = observe(
      deployment({ status: unavailable }),
      deployment({ name: 'podinfo-primary', status: { ...unavailable, observedGeneration: 0 } }),
    )
    expect(target).toEqual({
      state: 'waiting',
      why: 'canary deployment podinfo.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available',
      routine: true,
    })
    expect(primary).toEqual({
      state: 'waiting',
      why: 'podinfo-primary.test not ready: waiting for rollout to finish: observed deployment generation less than desired generation',
      routine: true,
    })
  })

  test('a primary that does not exist yet is missing', () => {
    expect(observe(deployment()).primary).toEqual({
      state: 'missing',
      why: 'podinfo-primary.test not ready: deployment podinfo-primary.test get query error: deployments.apps "podinfo-primary" not found',
      onceMade:
        'podinfo-primary.test not ready: waiting for rollout to finish: observed deployment generation less than desired generation',
    })
  })

  test('a primary at zero gets no traffic', () => {
    const { primary } = observe(deployment(), deployment({ name: 'podinfo-primary', replicas: 0 }))
    expect(primary).toEqual({
      state: 'waiting',
      why: 'podinfo-primary.test not ready: it is scaled to zero, and traffic needs at least one replica',
    })
  })

  test('a target at zero gets no traffic in a run, and rests otherwise', () => {
    const target = deployment({ replicas: 0 })
    expect(observe(target, undefined, { phase: 'Progressing' }).target.state).toBe('waiting')
    expect(observe(target, undefined, { phase: 'Succeeded' }).target.state).toBe('ready')
  })

  test('an autoscaler may rest the target at zero in a run, and the primary', () => {
    const ours = canary({ status: { phase: 'Progressing' } })
    const objects = [
      deployment({ replicas: 0 }),
      deployment({ name: 'podinfo-primary', replicas: 0 }),
    ]
    const sizing = { smallest: 1, mayRest: { target: true, primary: true } }
    const { target, primary } = workload.observe(context(objects, { canary: ours, sizing }))
    expect([target.state, primary.state]).toEqual(['ready', 'ready'])
  })
})

describe('tracked configuration', () => {
  const pods = {
    containers: [
      { name: 'a', envFrom: [{ configMapRef: { name: 'env' } }, { secretRef: { name: 'key' } }] },
    ],
  }
  const env = config('ConfigMap', 'env', { data: { color: 'red' } })
  const key = config('Secret', 'key', { data: { apiKey: 'dGVzdA==' }, type: 'Opaque' })

  test('is observed by checksum', () => {
    const { configs } = workload.observe(context([deployment({ pods }), env, key]))
    expect(configs).toEqual({
      'configmap/env': '241889ca0604e333',
      'secret/key': '3930f0692c2295eb',
    })
  })

  test('is neither read nor copied when tracking is off', () => {
    const settings = { ...context([]).settings, configTracking: false }
    const of = context([deployment({ pods })], { settings })
    expect(workload.observe(of).configs).toBeUndefined()
    expect(workload.initialize(of)).toHaveLength(1)
    expect(workload.reads(of)).toHaveLength(2)
  })

  test('that is missing holds the target, and keeps its checksum', () => {
    const status = { trackedConfigs: { 'configmap/env': 'before' } }
    const { configs, target } = workload.observe(
      context([deployment({ pods }), key], { canary: canary({ status }) }),
    )
    expect(configs).toEqual({ 'configmap/env': 'before', 'secret/key': '3930f0692c2295eb' })
    expect(target).toEqual({
      state: 'waiting',
      why: 'canary deployment podinfo.test not ready: configmap env.test get query error: configmap env.test get query error: configmaps "env" not found',
    })
  })

  test('that is missing lets no primary be made', () => {
    expect(() => workload.initialize(context([deployment({ pods }), key]))).toThrow(
      'createPrimaryDeployment failed: GetTargetConfigs failed: configmap env.test get query error: configmap env.test get query error: configmaps "env" not found',
    )
  })

  test('is read along with the copies, of target and primary', () => {
    const objects = initialized([deployment({ pods }), env, key])
    const of = context(objects)
    const names = workload.reads(of).map(({ kind, name }) => `${kind}/${name}`)
    expect(names).toEqual([
      'Deployment/podinfo',
      'Deployment/podinfo-primary',
      'ConfigMap/env',
      'Secret/key',
      'ConfigMap/env-primary',
      'Secret/key-primary',
    ])
  })
})

describe('the revision', () => {
  const revisionOf = (target: Deployment) => workload.observe(context([target])).revision

  test('has the form that no other controller uses', () => {
    expect(revisionOf(deployment())).toMatch(/^v2:[0-9a-f]{40}$/)
  })

  test('changes with the template only', () => {
    expect(revisionOf(deployment({ replicas: 9 }))).toBe(revisionOf(deployment()))
    expect(revisionOf(deployment({ annotations: { a: 'b' } }))).toBe(revisionOf(deployment()))
    expect(revisionOf(deployment({ image: 'podinfo:2' }))).not.toBe(revisionOf(deployment()))
  })

  test('changes when a restart is asked for', () => {
    const restarted = deployment({
      templateAnnotations: { 'kubectl.kubernetes.io/restartedAt': 'now' },
    })
    expect(revisionOf(restarted)).not.toBe(revisionOf(deployment()))
  })

  test.each(['configs', 'affinity'])(
    'of the primary is the target’s own in the recording %s',
    (name) => {
      const { found, created } = golden(name)
      const state = workload.observe(context([...found, ...created]))
      expect(state.primaryRevision).toBe(state.revision)
    },
  )

  test.each(['configs', 'affinity'])(
    'of the primary stays known when the target moves on, in %s',
    (name) => {
      const { found, created } = golden(name)
      const objects = [...found, ...created]
      const { revision } = workload.observe(context(objects))
      const target = structuredClone(
        objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'podinfo'),
      ) as Deployment
      target.spec.template.spec.containers = [{ name: 'other', image: 'other:1' }]
      const state = workload.observe(context(written(objects, [target])))
      expect(state.primaryRevision).toBe(revision)
      expect(state.revision).not.toBe(revision)
      expect(state.promoted).toBe(false)
    },
  )
})

describe('promoted', () => {
  const observe = (objects: KubeObject[], status: object = {}) =>
    workload.observe(context(objects, { canary: canary({ status }) })).promoted
  const { found } = golden('configs')

  test('is true after the promotion', () => {
    expect(observe(initialized([...found]))).toBe(true)
    expect(observe([...found])).toBe(false)
  })

  test('is false while a copy is old or the pods were not restarted', () => {
    const objects = initialized([...found])
    const changed = config('ConfigMap', 'podinfo-env', { data: { A: '2' } })
    const status = { phase: 'Progressing' }
    const edited = written(objects, [changed])
    expect(observe(edited, status)).toBe(false)

    const [copies, primary] = [
      workload.promote(context(edited)).filter(({ kind }) => kind !== 'Deployment'),
      workload.promote(context(edited)).filter(({ kind }) => kind === 'Deployment'),
    ]
    expect(observe(written(edited, copies), status)).toBe(false)
    expect(observe(written(edited, [...copies, ...primary]), status)).toBe(true)
  })
})

test('images are reported for target and primary', () => {
  const objects = [deployment({ image: 'podinfo:2' }), deployment({ name: 'podinfo-primary' })]
  const { images, sizes } = workload.observe(context(objects))
  expect(images).toEqual([{ container: 'podinfod', primary: 'podinfo:1', target: 'podinfo:2' }])
  expect(sizes).toEqual({ target: 2, primary: 2 })
})

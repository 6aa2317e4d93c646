import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import { deployment as workload } from '../../../../src/workloads/deployment/workload.ts'
import type { Deployment } from '../../../../src/workloads/pods/pod-template.ts'
import { canary, config, context, deployment, golden, written } from '../builders.ts'
import { initialized, primaryOf } from './initialized.ts'

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

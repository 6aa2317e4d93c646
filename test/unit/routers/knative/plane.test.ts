import { expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import { plane } from '../../../../src/routers/knative/plane.ts'

const service = (traffic?: object[], apiVersion = 'serving.knative.dev/v1') => ({
  apiVersion,
  kind: 'Service',
  metadata: { name: 'podinfo', namespace: 'test' },
  spec: { ...(traffic && { traffic }) },
  status: { latestReadyRevisionName: 'podinfo-00002' },
})

function serviceOf(objects: KubeObject[], at = 0) {
  const list = <T extends KubeObject>() => objects as T[]
  const called = { namespace: 'test', service: 'podinfo' }
  return plane.road(
    called,
    { list },
    { ingressAnnotationsPrefix: '' },
  )?.({ method: 'GET', path: '/', headers: {} }, () => at).service
}

test('revisions share by percent, and the latest one is that which is ready', () => {
  const traffic = [
    { latestRevision: true, percent: 20 },
    { revisionName: 'podinfo-00001', percent: 80 },
  ]
  expect(serviceOf([service(traffic)], 0.19)).toBe('podinfo-00002')
  expect(serviceOf([service(traffic)], 0.21)).toBe('podinfo-00001')
})

test('without traffic all goes to the latest revision, and a core Service is none', () => {
  expect(serviceOf([service()])).toBe('podinfo-00002')
  expect(serviceOf([service(undefined, 'v1')])).toBeUndefined()
})

import { expect, test } from 'vitest'
import {
  type ControllerDeployment,
  installation,
  type Manifests,
  type Wishes,
} from '../../../src/installation/objects.ts'
import type { KubeObject } from '../../../src/objects.ts'

const rbac = 'rbac.authorization.k8s.io/v1'
const deployment: ControllerDeployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'flagger' },
  spec: {
    selector: { matchLabels: { app: 'flagger' } },
    template: {
      spec: {
        containers: [
          {
            name: 'flagger',
            image: 'canary',
            args: ['-mesh-provider=kubernetes', '-metrics-server=http://prometheus:9090'],
          },
        ],
      },
    },
  },
}
const manifests: Manifests = {
  definitions: [
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'canaries.flagger.app' },
    },
  ],
  base: [deployment, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'flagger' } }],
  rights: [
    {
      apiVersion: rbac,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'flagger' },
      subjects: [{ kind: 'ServiceAccount', name: 'flagger' }],
    } as KubeObject,
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flagger-system' } },
  ],
}
const wishes: Wishes = { namespace: 'canary', onlyNamespace: false, version: '1.2.3' }

const last = (objects: KubeObject[]) => objects.at(-1) as ControllerDeployment
const container = (objects: KubeObject[]) => last(objects).spec.template.spec.containers[0]

test('definitions come first, then the namespace, and the controller last', () => {
  const objects = installation(manifests, wishes)

  expect(objects.map(({ kind }) => kind)).toEqual([
    'CustomResourceDefinition',
    'Namespace',
    'ClusterRoleBinding',
    'Service',
    'Deployment',
  ])
})

test('everything is in the namespace that was asked for, and who has the rights is too', () => {
  const [definition, namespace, binding, service] = installation(manifests, wishes)

  expect(definition?.metadata).toEqual({ name: 'canaries.flagger.app' })
  expect(namespace?.metadata.name).toBe('canary')
  expect(binding).toMatchObject({
    metadata: { name: 'flagger', labels: { app: 'flagger' } },
    subjects: [{ name: 'flagger', namespace: 'canary' }],
  })
  expect(binding?.metadata.namespace).toBeUndefined()
  expect(service?.metadata).toMatchObject({ name: 'flagger', namespace: 'canary' })
})

test('provider, metrics server and image are as wished', () => {
  const of = { provider: 'istio', metricsServer: 'http://other:9090', image: 'reg/canary:9' }

  expect(container(installation(manifests, { ...wishes, ...of }))).toMatchObject({
    image: 'reg/canary:9',
    args: ['-mesh-provider=istio', '-metrics-server=http://other:9090'],
  })
  expect(container(installation(manifests, wishes))?.image).toBe('canary:1.2.3')
})

test('a controller of one namespace is told so', () => {
  expect(container(installation(manifests, { ...wishes, onlyNamespace: true }))?.args).toContain(
    '-namespace=$(POD_NAMESPACE)',
  )
})

test('arguments of the Flagger before stay, but for those of its election', () => {
  const before = structuredClone(deployment)
  const [flagger] = before.spec.template.spec.containers
  if (flagger) flagger.command = ['./flagger', '-slack-user=canary', '--mesh-provider=istio']
  if (flagger) flagger.args = ['-enable-leader-election=false', '-namespace=other']

  expect(container(installation(manifests, wishes, before))?.args).toEqual([
    '--mesh-provider=istio',
    '-metrics-server=http://prometheus:9090',
    '-slack-user=canary',
  ])
})

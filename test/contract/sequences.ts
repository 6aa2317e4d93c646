/** Requests that clients and controllers depend on, in the order in which they would make them. */
import {
  get,
  named,
  type Past,
  patch,
  patchTypes,
  query,
  type Sequence,
  type Step,
  send,
  step,
} from './sequence.ts'
import { targets } from './targets.ts'

type Body = Record<string, unknown>

const core = (past: Past, plural: string) => `/api/v1/namespaces/${past.namespace}/${plural}`
const configMaps = (past: Past) => core(past, 'configmaps')
const canaries = (past: Past) => `/apis/flagger.app/v1beta1/namespaces/${past.namespace}/canaries`
const replicaSets = (past: Past) => `/apis/apps/v1/namespaces/${past.namespace}/replicasets`

export function configMap(name: string, more: Body = {}): Body {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels: { contract: 'yes' } },
    data: { a: '1', b: '2' },
    ...more,
  }
}

export function canary(name: string, spec: Body = {}): Body {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name, labels: { contract: 'yes' } },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      service: { port: 9898 },
      analysis: { interval: '1m', threshold: 5, iterations: 10 },
      ...spec,
    },
  }
}

/** Of a kind whose controller writes nothing but the status. */
const replicaSet = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'web' },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [
          { name: 'web', image: 'web:1', ports: [{ containerPort: 80 }] },
          { name: 'side', image: 'side', env: [{ name: 'A', value: '1' }] },
        ],
      },
    },
  },
}

const one = named(configMaps, 'one')
const web = named(replicaSets, 'web')
const podinfo = named(canaries, 'podinfo')
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
const metadataOnly = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io'
const metadataList = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'

const writes: Sequence[] = [
  {
    name: 'create, read, replace, delete',
    steps: [
      get(one),
      send('POST', configMaps, configMap('one')),
      send('POST', configMaps, configMap('one')),
      get(one),
      send('PUT', one, configMap('one', { data: { a: '2' } })),
      send('PUT', one, ({ field }) =>
        configMap('one', {
          metadata: { name: 'one', resourceVersion: field(1, 'metadata', 'resourceVersion') },
        }),
      ),
      send('PUT', one, ({ field }) =>
        configMap('one', {
          metadata: { name: 'one', resourceVersion: field(4, 'metadata', 'resourceVersion') },
        }),
      ),
      send('PUT', one, configMap('two')),
      send('PUT', one, configMap('one', { metadata: { name: 'one', namespace: 'elsewhere' } })),
      send('PUT', named(configMaps, 'none'), ({ field }) =>
        configMap('none', {
          metadata: { name: 'none', resourceVersion: field(4, 'metadata', 'resourceVersion') },
        }),
      ),
      step((past) => ({
        method: 'DELETE',
        path: one(past),
        body: { preconditions: { uid: '00000000-0000-0000-0000-000000000000' } },
      })),
      step((past) => ({ method: 'DELETE', path: one(past) })),
      step((past) => ({ method: 'DELETE', path: one(past) })),
      patch('merge', one, { data: { a: '3' } }),
    ],
  },
  {
    name: 'refused bodies and paths',
    steps: [
      send('POST', configMaps, { ...configMap('one'), kind: 'Secret' }),
      send('POST', configMaps, configMap('Not_A_Name')),
      send('POST', configMaps, configMap('one', { metadata: {} })),
      send('POST', configMaps, configMap('one', { data: { 'no key': 'x' } })),
      send('POST', configMaps, configMap('two', { metadata: { name: 'two', labels: { a: '-' } } })),
      send(
        'POST',
        configMaps,
        configMap('one', { metadata: { name: 'one', namespace: 'elsewhere' } }),
      ),
      send(
        'POST',
        configMaps,
        configMap('one', { metadata: { name: 'one', resourceVersion: '12' } }),
      ),
      step((past) => ({ method: 'POST', path: configMaps(past), body: '{' })),
      step((past) => ({ method: 'POST', path: configMaps(past), body: '[]' })),
      step((past) => ({
        method: 'POST',
        path: configMaps(past),
        contentType: 'text/plain',
        body: 'x',
      })),
      step((past) => ({ method: 'PATCH', path: one(past), contentType: 'text/plain', body: 'x' })),
      step((past) => ({ method: 'POST', path: one(past), body: configMap('one') })),
      step((past) => ({ method: 'PUT', path: configMaps(past), body: configMap('one') })),
      get((past) => core(past, 'nothings')),
      get(() => '/apis/nobody.example.com/v1/things'),
      get(() => '/no/such/path'),
      get(query(configMaps, 'labelSelector=a+b')),
      get(query(configMaps, 'fieldSelector=data.a%3D1')),
      get(query(configMaps, 'limit=x')),
      step({ method: 'POST', path: '/api/v1/configmaps', body: configMap('one') }),
      send('POST', () => '/api/v1/namespaces/no-such-namespace/configmaps', configMap('one')),
    ],
  },
  {
    name: 'patches of a built-in kind',
    steps: [
      send('POST', replicaSets, replicaSet),
      patch('strategic', web, {
        spec: { template: { spec: { containers: [{ name: 'web', image: 'web:2' }] } } },
      }),
      patch('strategic', web, {
        spec: {
          template: { spec: { containers: [{ name: 'side', env: [{ name: 'B', value: '2' }] }] } },
        },
      }),
      patch('strategic', web, {
        spec: { template: { spec: { containers: [{ name: 'side', $patch: 'delete' }] } } },
      }),
      patch('merge', web, { metadata: { annotations: { a: 'b' } } }),
      patch('merge', web, { metadata: { annotations: null } }),
      patch('merge', web, {
        spec: { selector: { matchLabels: { b: 'c' } } },
      }),
      patch('merge', web, { spec: { replicas: -1 } }),
      patch('merge', web, { spec: { replicas: 'many' } }),
    ],
  },
  {
    name: 'JSON patches',
    steps: [
      send('POST', configMaps, configMap('one')),
      patch('json', one, [{ op: 'add', path: '/data/c', value: '3' }]),
      patch('json', one, [
        { op: 'test', path: '/data/c', value: '3' },
        { op: 'replace', path: '/data/c', value: '4' },
        { op: 'copy', from: '/data/c', path: '/data/d' },
        { op: 'move', from: '/data/d', path: '/data/e.f' },
      ]),
      patch('json', one, [{ op: 'test', path: '/data/c', value: 'other' }]),
      patch('json', one, [{ op: 'remove', path: '/data/none' }]),
      patch('json', one, [{ op: 'remove', path: '/data/c' }]),
      patch('json', one, { op: 'remove' }),
      patch('merge', one, { metadata: { resourceVersion: '1' }, data: { x: 'y' } }),
      patch('merge', one, { data: null }),
    ],
  },
  {
    name: 'server-side apply',
    steps: [
      patch('apply', query(one, 'fieldManager=me'), configMap('one')),
      patch('apply', query(one, 'fieldManager=me'), configMap('one', { data: { a: '9' } })),
      patch('apply', query(one, 'fieldManager=other'), configMap('one', { data: { a: '8' } })),
      patch(
        'apply',
        query(one, 'fieldManager=other&force=true'),
        configMap('one', { data: { a: '8' } }),
      ),
      patch('apply', one, configMap('one')),
      patch('apply', query(podinfo, 'fieldManager=me'), canary('podinfo')),
      patch(
        'apply',
        query(podinfo, 'fieldManager=me'),
        canary('podinfo', { provider: 'kubernetes' }),
      ),
      patch('apply', query(podinfo, 'fieldManager=me'), canary('podinfo')),
    ],
  },
  {
    name: 'names made by the server',
    steps: [
      send('POST', configMaps, configMap('', { metadata: { generateName: 'generated-' } })),
      send('POST', canaries, {
        ...canary('podinfo'),
        metadata: { generateName: 'generated-' },
      }),
    ],
  },
  {
    name: 'dry run',
    steps: [
      send('POST', query(canaries, 'dryRun=All'), canary('podinfo')),
      get(podinfo),
      send('POST', canaries, canary('podinfo')),
      step((past) => ({
        method: 'PATCH',
        path: `${podinfo(past)}?dryRun=All`,
        contentType: patchTypes.merge,
        body: { spec: { suspend: true } },
      })),
      get(podinfo),
      step((past) => ({ method: 'DELETE', path: `${podinfo(past)}?dryRun=All` })),
      get(podinfo),
      send('POST', query(canaries, 'dryRun=Some'), canary('podinfo')),
    ],
  },
]

const services = (past: Past) => core(past, 'services')

function service(name: string, port: Body = {}): Body {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { clusterIP: 'None', selector: { app: 'web' }, ports: [{ port: 80, ...port }] },
  }
}

const namesOfServices: Sequence[] = [
  {
    name: 'names and ports of Services',
    steps: [
      step((past) => ({
        method: 'POST',
        path: `${services(past)}?dryRun=All`,
        body: service('2048-canary'),
      })),
      send('POST', services, service('web.v2-canary')),
      send('POST', services, service('Web')),
      send('POST', services, service('w'.repeat(64))),
      send('POST', configMaps, configMap('c'.repeat(254))),
      send('POST', services, service('web', { name: 'Web' })),
      send('POST', services, service('web', { targetPort: 'container-port-80' })),
      send('POST', services, service('web', { targetPort: 'web--1' })),
      send('POST', services, service('web', { appProtocol: 'a b' })),
    ],
  },
]

const customResources: Sequence[] = [
  {
    name: 'defaults, pruning and generation of a custom resource',
    steps: [
      send('POST', canaries, canary('podinfo', { unknown: { field: 1 } })),
      get(podinfo),
      patch('merge', podinfo, { spec: { suspend: true } }),
      patch('merge', podinfo, { metadata: { labels: { a: 'b' } } }),
      patch('merge', podinfo, { spec: { suspend: true } }),
      patch('merge', podinfo, { status: { phase: 'Failed' } }),
      patch('strategic', podinfo, { spec: { suspend: false } }),
      patch('json', podinfo, [{ op: 'replace', path: '/spec/suspend', value: false }]),
      send('POST', query(canaries, 'fieldValidation=Strict'), canary('two', { unknown: 1 })),
      patch('merge', query(podinfo, 'fieldValidation=Strict'), { spec: { unknown: 1 } }),
    ],
  },
  {
    name: 'validation of a custom resource',
    steps: [
      send('POST', canaries, canary('podinfo', { targetRef: null })),
      send('POST', canaries, canary('podinfo', { targetRef: { kind: 'Deployment' } })),
      send('POST', canaries, canary('podinfo', { provider: 'nobody' })),
      send('POST', canaries, canary('podinfo', { progressDeadlineSeconds: 'soon' })),
      send('POST', canaries, canary('podinfo', { service: {} })),
      send('POST', canaries, canary('podinfo', { service: { port: 'http' } })),
      send('POST', canaries, canary('podinfo', { analysis: { interval: '1x' } })),
      send('POST', canaries, canary('podinfo', { analysis: {} })),
      send('POST', canaries, canary('podinfo', { analysis: [] })),
      send('POST', canaries, canary('podinfo', { suspend: 'yes' })),
      send('POST', canaries, { ...canary('podinfo'), spec: 1 }),
      send('POST', canaries, { ...canary('podinfo'), apiVersion: 'flagger.app/v1' }),
    ],
  },
  {
    name: 'the status of a custom resource',
    steps: [
      send('POST', canaries, { ...canary('podinfo'), status: { phase: 'Failed' } }),
      send('PUT', named(canaries, 'podinfo/status'), ({ field }) => ({
        ...canary('podinfo', { suspend: true }),
        metadata: {
          name: 'podinfo',
          resourceVersion: field(0, 'metadata', 'resourceVersion'),
          labels: { ignored: 'yes' },
        },
        status: { phase: 'Initialized', canaryWeight: 0, failedChecks: 0, iterations: 0, no: 1 },
      })),
      get(podinfo),
      send('PUT', named(canaries, 'podinfo/status'), ({ field }) => ({
        ...canary('podinfo'),
        metadata: { name: 'podinfo', resourceVersion: field(0, 'metadata', 'resourceVersion') },
        status: { phase: 'Failed' },
      })),
      patch('merge', named(canaries, 'podinfo/status'), { status: { phase: 'Progressing' } }),
      patch('merge', named(canaries, 'podinfo/status'), { spec: { suspend: true } }),
      patch('merge', named(canaries, 'podinfo/status'), { status: { phase: 'Dreaming' } }),
      send('PUT', podinfo, ({ field }) => ({
        ...canary('podinfo'),
        metadata: { name: 'podinfo', resourceVersion: field(4, 'metadata', 'resourceVersion') },
      })),
      get(named(canaries, 'podinfo/status')),
      get(named(canaries, 'podinfo/scale')),
    ],
  },
]

const lives: Sequence[] = [
  {
    name: 'finalizers hold a deleted object',
    steps: [
      send('POST', canaries, {
        ...canary('podinfo'),
        metadata: { name: 'podinfo', finalizers: ['finalizer.flagger.app'] },
      }),
      step((past) => ({ method: 'DELETE', path: podinfo(past) })),
      get(podinfo),
      patch('merge', podinfo, { spec: { suspend: true } }),
      patch('merge', podinfo, { metadata: { finalizers: ['finalizer.flagger.app', 'a.b/more'] } }),
      send('POST', canaries, canary('podinfo')),
      step((past) => ({ method: 'DELETE', path: podinfo(past) })),
      patch('merge', podinfo, { metadata: { finalizers: null } }),
      get(podinfo),
    ],
  },
  {
    name: 'what a deleted object owned goes too',
    steps: [
      send('POST', canaries, canary('podinfo')),
      send('POST', configMaps, ({ field }) => ({
        ...configMap('one'),
        metadata: {
          name: 'one',
          ownerReferences: [
            {
              apiVersion: 'flagger.app/v1beta1',
              kind: 'Canary',
              name: 'podinfo',
              uid: field(0, 'metadata', 'uid'),
              controller: true,
              blockOwnerDeletion: true,
            },
          ],
        },
      })),
      step((past) => ({ method: 'DELETE', path: podinfo(past) })),
      { ...get(one), until: ({ status }) => status === 404 },
    ],
  },
  {
    name: 'what a deleted object owned may stay',
    steps: [
      send('POST', canaries, canary('podinfo')),
      send('POST', configMaps, ({ field }) => ({
        ...configMap('one'),
        metadata: {
          name: 'one',
          ownerReferences: [
            {
              apiVersion: 'flagger.app/v1beta1',
              kind: 'Canary',
              name: 'podinfo',
              uid: field(0, 'metadata', 'uid'),
            },
          ],
        },
      })),
      // The garbage collector learns of objects in their order: when it has removed what belongs to
      // nobody, it knows the first one too. What it does not know of, it would not let stay.
      send('POST', configMaps, {
        ...configMap('marker'),
        metadata: {
          name: 'marker',
          ownerReferences: [
            {
              apiVersion: 'flagger.app/v1beta1',
              kind: 'Canary',
              name: 'podinfo',
              uid: '00000000-0000-0000-0000-000000000000',
            },
          ],
        },
      }),
      { ...get(named(configMaps, 'marker')), until: ({ status }) => status === 404 },
      step((past) => ({
        method: 'DELETE',
        path: podinfo(past),
        body: { propagationPolicy: 'Orphan' },
      })),
      { ...get(podinfo), until: ({ status }) => status === 404 },
      {
        ...get(one),
        until: ({ body }) => !JSON.stringify(body).includes('"ownerReferences"'),
      },
      send('POST', configMaps, {
        ...configMap('two'),
        metadata: { name: 'two', ownerReferences: [{ apiVersion: 'v1', kind: 'Canary' }] },
      }),
    ],
  },
]

const reads: Sequence[] = [
  {
    name: 'lists by selectors, in pages, of metadata, as tables',
    steps: [
      send('POST', canaries, canary('one')),
      send('POST', canaries, {
        ...canary('two'),
        metadata: { name: 'two', labels: { tier: 'b' } },
      }),
      send('POST', canaries, canary('three')),
      get(canaries),
      get(query(canaries, 'labelSelector=contract%3Dyes')),
      get(query(canaries, 'labelSelector=contract%21%3Dyes')),
      get(query(canaries, 'labelSelector=tier+in+%28a%2Cb%29')),
      get(query(canaries, 'labelSelector=%21tier')),
      get(query(canaries, 'fieldSelector=metadata.name%3Dtwo')),
      get(query(canaries, 'fieldSelector=metadata.name%21%3Dtwo')),
      get(query(canaries, 'limit=2')),
      step((past) => ({
        method: 'GET',
        path: `${canaries(past)}?limit=2&continue=${past.field(10, 'metadata', 'continue')}`,
      })),
      get(query(canaries, 'limit=2&continue=nonsense')),
      get(query(canaries, 'resourceVersion=nonsense')),
      get(canaries, table),
      get(named(canaries, 'one'), table),
      get(query(canaries, 'includeObject=None'), table),
      get(named(canaries, 'one'), metadataOnly),
      get(canaries, metadataList),
      step((past) => ({
        method: 'DELETE',
        path: `${canaries(past)}?labelSelector=contract%3Dyes`,
      })),
      get(canaries),
      step((past) => ({ method: 'DELETE', path: canaries(past) })),
      get(canaries),
    ],
  },
  {
    name: 'watches from a version on',
    steps: [
      get(canaries),
      send('POST', canaries, canary('podinfo')),
      patch('merge', podinfo, { metadata: { labels: { contract: 'no' } } }),
      patch('merge', podinfo, { metadata: { labels: { contract: 'no' } } }),
      patch('merge', named(canaries, 'podinfo/status'), { status: { phase: 'Initialized' } }),
      step((past) => ({ method: 'DELETE', path: podinfo(past) })),
      watch(canaries),
      watch(canaries, 'labelSelector=contract%3Dyes'),
      watch(canaries, 'fieldSelector=metadata.name%3Dother'),
      watch(canaries, '', metadataOnly),
      step((past) => ({
        method: 'GET',
        path: `${canaries(past)}?watch=1&timeoutSeconds=1&resourceVersion=nonsense`,
      })),
    ],
  },
  {
    name: 'watches that begin with what is there',
    steps: [
      send('POST', canaries, canary('podinfo')),
      get(query(canaries, 'watch=1&timeoutSeconds=1')),
      get(query(canaries, 'watch=1&timeoutSeconds=1&resourceVersion=0')),
      get(
        query(
          canaries,
          'watch=1&timeoutSeconds=1&sendInitialEvents=true&allowWatchBookmarks=true' +
            '&resourceVersionMatch=NotOlderThan',
        ),
      ),
      get(query(canaries, 'watch=1&timeoutSeconds=1&sendInitialEvents=true')),
    ],
  },
]

/** A watch of a second, from the version of the first answer on. */
function watch(path: (past: Past) => string, more = '', accept?: string): Step {
  return step((past) => {
    const version = past.field(0, 'metadata', 'resourceVersion')
    return {
      method: 'GET',
      path: `${path(past)}?watch=1&timeoutSeconds=1&resourceVersion=${version}&${more}`,
      ...(accept && { accept }),
    }
  })
}

export const sequences: readonly Sequence[] = [
  ...writes,
  ...namesOfServices,
  ...customResources,
  ...lives,
  ...reads,
  ...targets,
]

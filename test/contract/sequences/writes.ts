/** Creating, replacing, patching and deleting. */
import { get, named, patch, patchTypes, query, type Sequence, send, step } from '../sequence.ts'
import {
  canaries,
  canary,
  configMap,
  configMaps,
  core,
  one,
  podinfo,
  replicaSet,
  replicaSets,
  web,
} from './objects.ts'

export const writes: Sequence[] = [
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

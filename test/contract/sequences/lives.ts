/** How objects live and end. */
import { get, named, patch, type Sequence, send, step } from '../sequence.ts'
import { canaries, canary, configMap, configMaps, one, podinfo } from './objects.ts'

/** A ConfigMap whose owner is the Canary of this uid. */
function ownedBy(uid: unknown, name: string, more: object = {}) {
  const owner = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'podinfo', uid }
  return { ...configMap(name), metadata: { name, ownerReferences: [{ ...owner, ...more }] } }
}

export const lives: Sequence[] = [
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
      send('POST', configMaps, ({ field }) =>
        ownedBy(field(0, 'metadata', 'uid'), 'one', { controller: true, blockOwnerDeletion: true }),
      ),
      step((past) => ({ method: 'DELETE', path: podinfo(past) })),
      { ...get(one), until: ({ status }) => status === 404 },
    ],
  },
  {
    name: 'what a deleted object owned may stay',
    steps: [
      send('POST', canaries, canary('podinfo')),
      send('POST', configMaps, ({ field }) => ownedBy(field(0, 'metadata', 'uid'), 'one')),
      // The garbage collector learns of objects in their order: when it has removed what belongs to
      // nobody, it knows the first one too. What it does not know of, it would not let stay.
      send('POST', configMaps, ownedBy('00000000-0000-0000-0000-000000000000', 'marker')),
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

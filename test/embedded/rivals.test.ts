/** Routing objects of others that take the requests of a canary's. */
import { expect, test } from 'vitest'
import { home } from '../model/objects.ts'
import { diagnosed } from './support/diagnosed.ts'
import { givenStepped } from './support/stepped.ts'
import { givenAtRest } from './support/stepped-provider.ts'

const virtualService = (name: string, spec: object) => ({
  apiVersion: 'networking.istio.io/v1beta1',
  kind: 'VirtualService',
  metadata: { namespace: home, name },
  spec,
})

const route = [{ destination: { host: 'app' } }]

test('another VirtualService of the same host is told once, with both names and the remedy', async () => {
  const { world, pass, status, events, setImage } = await givenStepped()
  const { store } = world
  store.create(virtualService('legacy', { hosts: ['app'], http: [{ route }] }))
  // It wakes no canary: the next look sees it, before a run has users.
  setImage('b')
  await pass(1)
  const sentence =
    'VirtualService legacy.test takes host app.test.svc.cluster.local in the mesh, as app.test of ' +
    'this canary does: users that it takes never meet the weights of a run; remove the host from ' +
    'one of the two, or let the other one delegate to ours'
  const faulty = () => status().conditions?.find(({ type }) => type === 'Faulty')?.message ?? ''
  expect(faulty()).toContain(sentence)
  await pass(200)
  expect(events().filter((text) => text.includes(sentence))).toHaveLength(1)
  const { findings } = await diagnosed(world)
  expect(findings.flatMap(({ evidence }) => evidence).join('\n')).toContain(sentence)

  store.delete({ ...virtualService('legacy', {}), namespace: home, name: 'legacy' })
  setImage('c')
  await pass(1)
  expect(faulty()).not.toContain('legacy')
})

const everybody = [{ match: { 'kuma.io/service': '*' } }]
const routed = [{ match: { 'kuma.io/service': 'podinfo_test_svc_80' } }]

test.each([
  [
    'linkerd',
    {
      apiVersion: 'split.smi-spec.io/v1alpha1',
      kind: 'TrafficSplit',
      metadata: { namespace: 'test', name: 'legacy' },
      spec: { service: 'podinfo', backends: [{ service: 'podinfo', weight: '100' }] },
    },
    'TrafficSplit legacy.test takes the requests to Service podinfo.test, as podinfo.test of',
  ],
  [
    'kuma',
    {
      apiVersion: 'kuma.io/v1alpha1',
      kind: 'TrafficRoute',
      mesh: 'default',
      metadata: { name: 'legacy' },
      spec: { sources: everybody, destinations: routed, conf: { split: [] } },
    },
    'TrafficRoute legacy takes the requests to podinfo_test_svc_80 in mesh default, as podinfo of',
  ],
])(
  'on %s a second object for the requests of the apex is told once',
  async (provider, rival, said) => {
    const { store, clock, events, canary } = await givenAtRest(provider)
    store.create(rival)
    const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'test', name: 'podinfo' }
    store.patch(
      target,
      { spec: { template: { metadata: { labels: { v: '2' } } } } },
      { type: 'merge' },
    )
    await clock.pass(40_000)
    expect(JSON.stringify(canary()?.status?.conditions)).toContain(said)
    await clock.pass(60_000)
    expect(events().filter((text) => text.includes(said))).toHaveLength(1)
  },
)

test.each([
  ['another host', { hosts: ['other'], http: [{ route }] }],
  ['the same host at another gateway', { hosts: ['app'], gateways: ['front'], http: [{ route }] }],
])('%s is in nobody’s way', async (_what, spec) => {
  const { world, pass, status, setImage } = await givenStepped()
  world.store.create(virtualService('other', spec))
  setImage('b')
  await pass(1)
  expect(JSON.stringify(status().conditions)).not.toContain('VirtualService other')
})

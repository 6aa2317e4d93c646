/** A gateway that is not there: its canary is held, the others go on. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kinds } from '../../src/kinds.gen.ts'
import { customKinds } from '../../src/sandbox/definitions.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
  // Definitions of the routes are there, those of what leads to them are not.
  const plurals = kinds.filter(({ isOptional }) => isOptional).map(({ plural }) => plural)
  for (const definition of customKinds())
    if (plurals.includes(definition.metadata.name.replace(/\..*/, '')))
      cluster.store.create(definition)
})
afterAll(() => cluster.close())

const gateways = [
  { provider: 'istio', apiVersion: 'networking.istio.io/v1beta1' },
  { provider: 'gatewayapi:v1', apiVersion: 'gateway.networking.k8s.io/v1' },
]

test.each(gateways)(
  'a canary of $provider whose gateway is not there is held, and goes on once it is',
  { timeout: 300_000 },
  async ({ provider, apiVersion }) => {
    const namespace = `parents-${provider.replaceAll(':', '-')}`
    const outside = await givenOutside()
    const at = (gateway: string) => ({
      spec: { provider, service: { gateways: [gateway], gatewayRefs: [{ name: gateway }] } },
    })
    const held = givenRollout(cluster, { namespace, name: 'held', ...at('pubic') })
    const good = givenRollout(cluster, { namespace, name: 'good', ...at('public') })
    const gateway = (name: string) =>
      cluster.store.create({ apiVersion, kind: 'Gateway', metadata: { namespace, name } })
    gateway('public')
    await startController({
      kubeconfig: cluster.kubeconfig,
      flags: [`-metrics-server=${outside.url}`, `-namespace=${namespace}`],
    })
    for (const one of [held, good]) await one.reaches({ phase: 'Initialized' })
    for (const one of [held, good]) one.setImage('podinfo:6.0.1')

    await good.reaches({ phase: 'Succeeded' })
    const named = `Gateway pubic.${namespace}, which is not there: create it, or name one that is`
    await held.hears(new RegExp(`${named} \\(public.${namespace}\\)`))
    expect(held.canary()?.status).toMatchObject({ phase: 'Progressing', canaryWeight: 0 })

    gateway('pubic')
    await held.reaches({ phase: 'Succeeded' })
    expect(good.events().join()).not.toContain('is not there')
  },
)

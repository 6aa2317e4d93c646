/** The primary serves nobody when a new revision comes: what mends it must be able to roll out. */
import { afterAll, beforeAll, describe, test } from 'vitest'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout } from './support/rollout.ts'

/** Images of which no pod that starts from now on is ever ready. */
const broken = ['podinfo:bad']
let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster({ brokenImages: broken })
})
afterAll(() => cluster.close())

/** Its pods go, and those that take their place never are ready. */
function breakPrimary(namespace: string, image: string) {
  broken.push(image)
  for (const { metadata } of cluster.store.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace }))
    if (metadata.labels?.app === 'podinfo-primary')
      cluster.store.delete({ apiVersion: 'v1', kind: 'Pod', namespace, name: metadata.name })
}

async function given(namespace: string, spec: object = {}) {
  const { url, world } = await givenOutside()
  const image = `${namespace}:1`
  const analysis = { interval: '300ms', stepWeight: 50, maxWeight: 50, threshold: 2 }
  const metrics = [{ name: 'success', query: 'success', thresholdRange: { min: 99 } }]
  const rollout = givenRollout(cluster, {
    namespace,
    spec: { provider: 'istio', ...spec, analysis: { ...analysis, metrics } },
    pod: { containers: [{ name: 'podinfod', image }] },
  })
  await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [
      `-namespace=${namespace}`,
      `-metrics-server=${url}`,
      '-minimum-analysis-interval=200ms',
    ],
  })
  await rollout.reaches({ phase: 'Initialized' })
  return { ...rollout, world, image }
}

describe('with a primary of which no pod is ready', () => {
  test.each(['istio', 'kubernetes'])('a fix has its run and heals it, by %s', async (provider) => {
    const namespace = `down-${provider}`
    const { setImage, reaches, told, image } = await given(namespace, { provider })
    breakPrimary(namespace, image)
    setImage(`${namespace}:2`)
    await reaches({ phase: 'Succeeded' })
    await told(/without a primary that serves/, 1)
  })
})

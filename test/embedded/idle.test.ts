/** Canaries that have nothing to do cost nothing, and canaries that are gone leave nothing. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { askedWhileIdle, quiet } from './support/quiet.ts'
import { givenRollout, patience } from './support/rollout.ts'

const canaries = 25
const namespace = 'idle'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

/** What one canary alone refers to: looked up in turn, one object naming the next. */
function givenReferences(): { volumes: object[]; metrics: object[] } {
  const at = { namespace, name: 'own' }
  const flagger = 'flagger.app/v1beta1'
  cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  cluster.store.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: at })
  cluster.store.create({ apiVersion: 'v1', kind: 'Secret', metadata: at })
  const provider = {
    type: 'prometheus',
    address: 'http://127.0.0.1:1',
    secretRef: { name: 'own' },
  }
  const template: KubeObject & { spec: object } = {
    apiVersion: flagger,
    kind: 'MetricTemplate',
    metadata: at,
    spec: { provider, query: 'up' },
  }
  cluster.store.create(template)
  return {
    volumes: [
      { name: 'settings', configMap: { name: 'own' } },
      { name: 'keys', secret: { secretName: 'own' } },
      { name: 'none', configMap: { name: 'not-there', optional: true } },
    ],
    metrics: [{ name: 'up', templateRef: { name: 'own' }, thresholdRange: { min: 0 } }],
  }
}

test('idle canaries cause no request, and deleted ones leave no series behind', {
  timeout: 300_000,
}, async () => {
  const first = givenReferences()
  const rollouts = Array.from({ length: canaries }, (_, at) =>
    givenRollout(cluster, {
      namespace,
      name: `canary-${at}`,
      spec: {
        skipAnalysis: true,
        analysis: { interval: '200ms', ...(at === 0 && { metrics: first.metrics }) },
      },
      ...(at === 0 && { pod: { volumes: first.volumes } }),
    }),
  )
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`],
  })
  for (const rollout of rollouts) await rollout.reaches({ phase: 'Initialized' })
  // What follows the last word, such as its event, is over when nothing was asked for a while.
  await quiet(cluster)

  const looks = () => controller.output().split('canary looked at').length
  const before = looks()
  expect(await askedWhileIdle(cluster)).toEqual({})
  expect(looks()).toBe(before)

  expect(await metrics(controller.url)).toContain('flagger_canary_phase{canary="canary-0"')
  for (const { metadata } of cluster.store.list({
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
  }))
    cluster.store.delete({
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      namespace,
      name: metadata.name,
    })
  await expect
    .poll(async () => (await metrics(controller.url)).match(/canary-\d+/g), patience)
    .toBeNull()
})

async function metrics(url: string): Promise<string> {
  const answer = await fetch(`${url}/metrics`)
  return answer.text()
}

/** Under Flagger's own definitions, whose API server drops every field that we add to the status. */
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { flaggerCrds } from './support/flagger-crds.ts'
import { givenOutside, givenRollout, patience, type Rollout } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  const definitions = await flaggerCrds()
  cluster = await startCluster({ withoutKinds: definitions.map(({ spec }) => spec.names.kind) })
  for (const definition of definitions) cluster.store.create(definition)
})
afterAll(() => cluster.close())

const interval = '300ms'

async function given(namespace: string, analysis: object = {}) {
  const outside = await givenOutside()
  const rollout = givenRollout(cluster, {
    namespace,
    spec: { analysis: { interval, ...analysis } },
  })
  const start = () =>
    startController({
      kubeconfig: cluster.kubeconfig,
      flags: [
        `-namespace=${namespace}`,
        `-metrics-server=${outside.url}`,
        `-minimum-analysis-interval=${interval}`,
      ],
    })
  return { outside, rollout, start }
}

test('runs are promoted and rolled back, and nobody writes without end', async () => {
  const { outside, rollout, start } = await given('old-whole')
  const controller = await start()

  await rollout.reaches({ phase: 'Initialized' })
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Succeeded', canaryWeight: 0 })
  await vi.waitFor(() => expect(advances(rollout)).toEqual(['20', '40', '60']), patience)
  await staysQuiet()

  outside.world.metrics = { '.*': 0 }
  rollout.setImage('podinfo:6.0.2')
  await rollout.reaches({ phase: 'Failed' })
  await staysQuiet()

  expect(rollout.canary()?.status).not.toHaveProperty('canaryAnalysis')
  expect(controller.output()).not.toContain('"defect"')
  // Once, however many statuses were written.
  expect(controller.output().split("is Flagger's, or older than this controller")).toHaveLength(2)
})

test('a run goes on at its weight when the controller was killed', async () => {
  const { rollout, start } = await given('old-killed')
  const killed = await start()
  await rollout.reaches({ phase: 'Initialized' })
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Progressing', canaryWeight: 40 })
  await rollout.hears(/New revision detected/)
  await killed.end('SIGKILL')

  await start()

  await rollout.reaches({ phase: 'Succeeded' })
  expect(rollout.events().filter((event) => /New revision detected/.test(event))).toHaveLength(1)
  // A word that it did not get to say may be missing.
  expect(advances(rollout)).toEqual([...new Set(advances(rollout))])
})

test('a pause holds the run, is said once, and ends with the annotation', async () => {
  const { rollout, start } = await given('old-held', { stepWeight: 10 })
  const controller = await start()
  await rollout.reaches({ phase: 'Initialized' })
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Progressing', canaryWeight: 10 })

  annotate('old-held', { 'flagger.app/pause': 'true' })
  await rollout.hears(/pause accepted/)
  const held = rollout.canary()?.status?.canaryWeight
  await staysQuiet()
  expect(rollout.canary()?.status?.canaryWeight).toBe(held)
  expect(rollout.events().filter((event) => /pause accepted/.test(event))).toHaveLength(1)

  annotate('old-held', { 'flagger.app/pause': null })
  await rollout.reaches({ phase: 'Succeeded' })
  expect(controller.output()).not.toContain('"defect"')
})

test.each([
  ['abort', 'Failed'],
  ['promote', 'Succeeded'],
  ['skip-analysis', 'Succeeded'],
] as const)('the request %s is carried out, once', async (verb, phase) => {
  const namespace = `old-${verb}`
  const { rollout, start } = await given(namespace, { interval: '5s' })
  const controller = await start()
  await rollout.reaches({ phase: 'Initialized' })
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Progressing', canaryWeight: 20 })

  annotate(namespace, { [`flagger.app/${verb}`]: 'true' })

  await rollout.reaches({ phase })
  expect(advances(rollout)).not.toContain('60')
  await vi.waitFor(() => expect(rollout.canary()?.metadata.annotations ?? {}).toEqual({}), patience)
  await staysQuiet()
  expect(controller.output()).not.toContain('"defect"')
})

/** The weights that events tell, in order. */
function advances(rollout: Rollout): string[] {
  return rollout.events().flatMap((event) => /canary weight (\d+)/.exec(event)?.slice(1, 2) ?? [])
}

/** Fails when the server is asked for something while nothing is left to do. */
async function staysQuiet(): Promise<void> {
  await vi.waitFor(
    async () => {
      cluster.server.requests.reset()
      await wait(1_500)
      expect(cluster.server.requests.counts()).toEqual({})
    },
    { timeout: 90_000, interval: 1 },
  )
}

function annotate(namespace: string, annotations: Record<string, string | null>): void {
  const ref = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: 'podinfo' }
  cluster.store.patch(ref, { metadata: { annotations } }, { type: 'merge' })
}

/** Hundreds of templates that cost as much as one may: probes and other namespaces go on. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

/** Under every limit of a single template, and a fifth of a second each. */
const costly = '{{ range 30000 }}{{ printf "%s%d" "abc" 12345 }}{{ end }}'
/** Seconds of the processor between two answers, which no busy machine makes more. */
const mostBetween = 2

async function processorSeconds(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1])
}

test('200 costly templates of one canary leave probes answered, and rollouts of others as they are', async () => {
  const outside = await givenOutside()
  const analysis = { interval: '500ms' }
  const victim = givenRollout(cluster, { namespace: 'victim', spec: { analysis } })
  const names = Array.from({ length: 200 }, (_, at) => `costly-${at}`)
  const metrics = names.map((name) => ({
    ...{ name, templateRef: { name }, thresholdRange: { max: 1 } },
  }))
  const hostile = givenRollout(cluster, {
    namespace: 'hostile',
    spec: { analysis: { ...analysis, metrics } },
  })
  for (const name of names)
    cluster.store.create({
      ...{ apiVersion: 'flagger.app/v1beta1', kind: 'MetricTemplate' },
      metadata: { name, namespace: 'hostile' },
      spec: { provider: { type: 'prometheus', address: outside.url }, query: costly },
    })
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-metrics-server=${outside.url}`],
  })
  for (const rollout of [victim, hostile]) await rollout.reaches({ phase: 'Initialized' }, 90_000)
  for (const rollout of [hostile, victim]) rollout.setImage('podinfo:6.0.1')

  let isOver = false
  const longest = (async () => {
    let between = 0
    for (let before = await processorSeconds(controller.url); !isOver; ) {
      const now = await processorSeconds(controller.url)
      between = Math.max(between, now - before)
      before = now
    }
    return between
  })()
  await victim.reaches({ phase: 'Succeeded' }, 90_000)
  await hostile.hears(/costly-\d+ can't be asked: .*gave up after the work that all templates/)
  isOver = true
  expect(await longest).toBeLessThan(mostBetween)
})

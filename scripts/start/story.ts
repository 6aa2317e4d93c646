/** What happens in the demonstration, one stage after the other. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { canary, type Deployment, deploymentRef, image, load, podinfo } from './manifests.ts'
import { phaseReached, weightReached } from './phases.ts'

export interface Stage {
  title: string
  run(sandbox: Sandbox, signal: AbortSignal): Promise<void>
}

const withinMs = 120_000
/** Long enough to read how a stage ended. */
const readingMs = 4_000

export const stages: readonly Stage[] = [
  {
    title: 'podinfo 6.0.0 gets a canary',
    async run({ store, traffic }, signal) {
      store.create(podinfo('6.0.0'))
      store.create(canary())
      await phaseReached(store, 'Initialized', { withinMs, signal })
      traffic.setLoads([load])
      await pause(readingMs, undefined, { signal })
    },
  },
  {
    title: 'podinfo 6.0.1 is healthy: it will be promoted',
    async run({ store }, signal) {
      await deploy(store, '6.0.1', signal)
      await phaseReached(store, 'Succeeded', { withinMs, signal })
      await pause(readingMs, undefined, { signal })
    },
  },
  {
    title: 'podinfo 6.0.2 breaks at 20% of the traffic: it will be rolled back',
    async run({ store, profiles }, signal) {
      await deploy(store, '6.0.2', signal)
      await weightReached(store, 20, { withinMs, signal })
      profiles.set(image('6.0.2'), { errorRate: 0.2 })
      await phaseReached(store, 'Failed', { withinMs, signal })
      // The pods of the failed version are still being taken away.
      await pause(readingMs / 4, undefined, { signal })
    },
  },
]

/** Changes the image, and waits for the controller to notice. */
async function deploy(
  store: Sandbox['store'],
  version: string,
  signal: AbortSignal,
): Promise<void> {
  store.modify<Deployment>(deploymentRef, ({ spec }) => {
    for (const container of spec.template.spec.containers) container.image = image(version)
  })
  await phaseReached(store, 'Progressing', { withinMs, signal })
}

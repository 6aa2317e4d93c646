/** What happens in the demonstration, one stage after the other. */
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { canary, type Deployment, deploymentRef, image, podinfo } from './manifests.ts'
import { phaseReached } from './phases.ts'

export interface Stage {
  title: string
  run(sandbox: Sandbox, signal: AbortSignal): Promise<void>
}

const withinMs = 90_000

export const stages: readonly Stage[] = [
  {
    title: 'podinfo 6.0.0 and its canary are created',
    async run({ store }, signal) {
      store.create(podinfo('6.0.0'))
      store.create(canary())
      await phaseReached(store, 'Initialized', { withinMs, signal })
    },
  },
  {
    title: 'podinfo 6.0.1 is healthy: step by step it gets the traffic, then it is promoted',
    run: (sandbox, signal) => rollOut(sandbox, '6.0.1', 'Succeeded', signal),
  },
  {
    title: 'podinfo 6.0.2 fails one request in eight: it is rolled back',
    async run(sandbox, signal) {
      sandbox.profiles.set(image('6.0.2'), { errorRate: 0.125 })
      await rollOut(sandbox, '6.0.2', 'Failed', signal)
    },
  },
]

async function rollOut(
  { store }: Sandbox,
  version: string,
  end: 'Succeeded' | 'Failed',
  signal: AbortSignal,
): Promise<void> {
  store.modify<Deployment>(deploymentRef, ({ spec }) => {
    for (const container of spec.template.spec.containers) container.image = image(version)
  })
  await phaseReached(store, 'Progressing', { withinMs, signal })
  await phaseReached(store, end, { withinMs, signal })
}

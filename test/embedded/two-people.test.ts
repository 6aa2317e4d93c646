/** Requests that meet: of two people at once, and of one while the controller is away. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { runPlugin } from '../commands/support/cluster.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const patience = { timeout: 90_000, interval: 50 }

/** A run that stands at its gate, and two people with the plugin. */
async function givenRun(namespace: string) {
  const outside = await givenOutside({ hooks: { '^/gate': { status: 403, text: 'not yet' } } })
  const webhooks = [{ name: 'go', type: 'confirm-promotion', url: `${outside.url}/gate` }]
  const rollout = givenRollout(cluster, {
    namespace,
    spec: { provider: 'istio', analysis: { interval: '200ms', webhooks, metrics: [] } },
  })
  const start = () =>
    startController({
      kubeconfig: cluster.kubeconfig,
      flags: [`-namespace=${namespace}`, `-metrics-server=${outside.url}`],
    })
  const controller = await start()
  await rollout.reaches({ phase: 'Initialized' })
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'WaitingPromotion' })
  const run = (line: string) =>
    runPlugin(`${line} -n ${namespace} --ack-timeout=90s`, cluster.kubeconfig, {})
  const isAsked = (...verbs: string[]) =>
    vi.waitFor(() => {
      const annotations = rollout.canary()?.metadata.annotations ?? {}
      for (const verb of verbs) expect(Object.keys(annotations)).toContain(`flagger.app/${verb}`)
    }, patience)
  return { rollout, controller, start, run, isAsked }
}

test('of a promotion and an abort at the same time the abort is done, and the other is told so', {
  timeout: 300_000,
}, async () => {
  const { rollout, controller, run, isAsked } = await givenRun('two-people')
  // Neither is answered before both are there.
  process.kill(controller.pid, 'SIGSTOP')
  const promoting = run('promote podinfo --full --yes')
  const aborting = run('abort podinfo --reason errors')
  await isAsked('promote', 'abort')
  process.kill(controller.pid, 'SIGCONT')

  const [promote, abort] = await Promise.all([promoting, aborting])
  expect(abort).toMatchObject({
    code: 0,
    stdout: 'canary.flagger.app/podinfo (namespace two-people) aborted\n',
  })
  expect(promote.code).toBe(6)
  expect(promote.stdout).toBe('')
  expect(promote.stderr).toContain('superseded')
  await rollout.reaches({ phase: 'Failed' })
  expect(rollout.canary()?.status?.requests).toMatchObject({
    abort: { result: 'done' },
    promote: { result: 'superseded' },
  })
})

test('a request that is made while the controller is away is answered when it is back', {
  timeout: 300_000,
}, async () => {
  const { rollout, controller, start, run, isAsked } = await givenRun('away')
  await controller.end('SIGKILL')
  const aborting = run('abort podinfo')
  await isAsked('abort')
  await start()

  expect(await aborting).toMatchObject({
    code: 0,
    stdout: 'canary.flagger.app/podinfo (namespace away) aborted\n',
  })
  await rollout.reaches({ phase: 'Failed' })
})

/** Gates that are shut: what people see of them, in events, at event hooks, in status and plugin. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runPlugin } from '../commands/support/cluster.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout, type Outside, patience } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

/** A rollout that has come to this gate, and event hooks that hear of it. */
async function givenGate(namespace: string, gate: object, analysis: object = {}) {
  const closed = { status: 403, text: 'ticket OPS-1 is not approved' }
  const outside = await givenOutside({ hooks: { '^/gate': closed } })
  const webhooks = [
    { name: 'go', url: `${outside.url}/gate`, ...gate },
    { name: 'chat', type: 'event', url: `${outside.url}/chat` },
  ]
  const rollout = givenRollout(cluster, {
    namespace,
    spec: { provider: 'istio', analysis: { interval: '200ms', webhooks, ...analysis } },
  })
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`, `-metrics-server=${outside.url}`],
  })
  await rollout.reaches({ phase: 'Initialized' })
  rollout.setImage('podinfo:6.0.1')
  await rollout.hears(/advancement waiting for/)
  return { outside, rollout, controller }
}

/** How often the gate, or another path, was asked. */
const asked = ({ requests }: Outside, path: string) =>
  requests.filter((request) => request.path.startsWith(path)).length

/** What the event hook heard that matches. */
const heard = ({ requests }: Outside, pattern: RegExp) =>
  requests.filter(({ path, body }) => path === '/chat' && pattern.test(body)).length

test.each([
  ['confirm-rollout', 'approval', {}],
  ['confirm-traffic-increase', 'traffic increase approval', {}],
  ['confirm-promotion', 'promotion approval', {}],
  ['confirm-promotion', 'promotion approval', { stepWeight: null, iterations: 1 }],
])('a closed %s gate says once who waits for what (%s, %j)', async (type, words, analysis) => {
  const namespace = `closed-${type}${'iterations' in analysis ? '-blue-green' : ''}`
  const { outside, rollout } = await givenGate(namespace, { type }, analysis)
  const before = rollout.canary()?.status?.canaryAnalysis?.gate
  const reached = asked(outside, '/gate')
  await expect.poll(() => asked(outside, '/gate'), patience).toBeGreaterThan(reached + 4)

  const reason = 'ticket OPS-1 is not approved'
  expect(before).toMatchObject({ type, name: 'go', reason })
  expect(rollout.canary()?.status?.canaryAnalysis).toMatchObject({ gate: before, reason })
  const halted = `Warning Halt podinfo.${namespace} advancement waiting for ${words} go`
  const told = `Warning Gate go of podinfo.${namespace} is shut: ${reason}`
  await expect
    .poll(() => rollout.events(), patience)
    .toEqual(expect.arrayContaining([halted, told]))
  for (const text of [`waiting for ${words} go`, `is shut: ${reason}`])
    await expect.poll(() => heard(outside, new RegExp(text)), patience).toBe(1)
  expect(heard(outside, /Starting canary analysis/)).toBeLessThanOrEqual(1)
  expect(heard(outside, /canary iteration/)).toBeLessThanOrEqual(1)
})

test('a gate that can not be asked reads otherwise, and its address is told at first sight', async () => {
  const namespace = 'unasked'
  const url = ['$', '{GATE}'].join('')
  const { rollout } = await givenGate(namespace, { type: 'confirm-rollout', url })

  await rollout.hears(/Gate go of .* can't be asked: .*not an http or https URL$/m)
  const events = rollout.events()
  const first = events.findIndex((event) => event.includes(`webhooks[0] go has ${url} in url`))
  expect(first).toBeGreaterThanOrEqual(0)
  expect(first).toBeLessThan(events.findIndex((event) => event.includes('Initialization done')))
  const args = ['status', 'podinfo', '-n', namespace, '--no-pods']
  const { stdout } = await runPlugin(args, cluster.kubeconfig, {})
  expect(stdout).toMatch(/gate "go" \(confirm-rollout\), which can't be asked:/)
  expect(stdout).toMatch(/correct its hook, or let it pass: /)
})

test('what a hook says next is told at once', async () => {
  const { outside, rollout } = await givenGate('answering', { type: 'confirm-rollout' })
  outside.world.hooks = {
    '^/gate': { status: 403, text: 'ticket OPS-1 waits for a second pair of eyes' },
  }
  await rollout.hears(/is shut: ticket OPS-1 waits for a second pair of eyes/)
  const { gate } = rollout.canary()?.status?.canaryAnalysis ?? {}
  expect(gate?.reason).toBe('ticket OPS-1 waits for a second pair of eyes')
})

test.each([
  ['confirm-rollout', { url: '', interval: '1h' }],
  ['confirm-promotion', { interval: '200ms' }],
])('a %s gate is opened by annotation, and then nobody is asked', async (type, of) => {
  const namespace = `kept-${type}`
  const { interval, ...gate } = of
  const metrics: object[] = []
  const { outside, rollout } = await givenGate(namespace, { type, ...gate }, { metrics, interval })
  const { stdout } = await runPlugin(
    ['gate', 'podinfo', '-n', namespace, '--open=go'],
    cluster.kubeconfig,
    {},
  )
  expect(stdout).toBe(`canary.flagger.app/podinfo (namespace ${namespace}) gate "go" open\n`)
  // Before a run begins nothing else is measured: the gate need not wait for the interval.
  if (type === 'confirm-rollout') await rollout.reaches({ phase: 'Progressing' })
  else await rollout.reaches({ phase: 'Succeeded' })
  if ('url' in of) expect(asked(outside, '/gate')).toBe(0)
})

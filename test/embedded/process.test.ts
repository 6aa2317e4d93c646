/** The process and its life: leader election, an orderly end, sudden ends, a dry run. */
import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout, patience, type Rollout } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const analysis = { interval: '200ms' }

test('of two replicas one acts, and the other takes over when it goes', async () => {
  const namespace = 'elected'
  const { rollout, start } = await given(namespace, ['-enable-leader-election'])
  const first = await start()
  await first.said(/Acting as elected leader/)
  const second = await start()
  await second.said(/Starting leader election/)
  await rollout.reaches({ phase: 'Initialized' })
  await expect.poll(() => ready(second.url), patience).toBe(200)

  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Progressing', canaryWeight: 20 })
  expect(second.output()).not.toContain('Acting as elected leader')
  expect(await first.end('SIGTERM')).toBe(0)

  await second.said(/Acting as elected leader/)
  await rollout.reaches({ phase: 'Succeeded' })
})

test('a leader that is killed is replaced when its lease has run out', async () => {
  const namespace = 'bereft'
  const { rollout, start } = await given(namespace, ['-enable-leader-election'])
  const first = await start()
  await first.said(/Acting as elected leader/)
  const second = await start()
  await rollout.reaches({ phase: 'Initialized' })
  await first.end('SIGKILL')
  hurryLease(namespace)

  rollout.setImage('podinfo:6.0.1')

  await second.said(/Acting as elected leader/)
  await rollout.reaches({ phase: 'Succeeded' })
})

test('the status says what the flags say, and is put right when they change', async () => {
  const namespace = 'flags'
  const { rollout, start } = await given(namespace, ['-selector-labels=app'])
  const first = await start('-ingress-annotations-prefix=ingress.example.com')
  await rollout.reaches({ phase: 'Initialized' })
  expect(rollout.canary()?.status?.controllerSettings).toEqual({
    provider: 'istio',
    ingressAnnotationsPrefix: 'ingress.example.com',
    selectorLabels: ['app'],
    minimumInterval: '200ms',
  })
  await first.end()

  await start('-mesh-provider=kubernetes', '-enable-leader-election')

  const lease = `${namespace}/flagger-leader-election`
  await rollout.reaches({ controllerSettings: { provider: 'kubernetes', lease } })
})

test('at SIGTERM what was to be told is told, and the exit code is 0', async () => {
  const { rollout, start } = await given('orderly')
  const slow = cluster.server.fault(({ verb, resource, namespace }) =>
    verb === 'create' && resource === 'events' && namespace === 'orderly'
      ? { delayMs: 2_000 }
      : undefined,
  )
  onTestFinished(slow)
  const controller = await start()
  await controller.said(/Initialization done/)
  expect(rollout.events().join()).not.toContain('Initialization done')

  expect(await controller.end('SIGTERM')).toBe(0)

  await rollout.hears(/Initialization done/)
  expect(controller.log().at(-1)?.msg).toBe('stopped')
})

test.each(['list', 'watch'])(
  'a server that does not answer a %s keeps nobody from ending it',
  async (verb) => {
    const { start } = await given(`silent-${verb}`)
    const namespace = `silent-${verb}`
    let asked = 0
    const silence = cluster.server.fault((request) => {
      if (request.namespace !== namespace || request.verb !== verb) return undefined
      asked += 1
      return { delayMs: 600_000 }
    })
    onTestFinished(silence)
    const controller = await start()
    await expect.poll(() => asked, patience).toBeGreaterThan(0)

    // Ten minutes for the answer: who waits for it is ended by the limit of this test.
    expect(await controller.end('SIGTERM')).toBe(0)
  },
)

test('a flag of Flagger that means nothing here is explained', async () => {
  const { start } = await given('explained')
  const controller = await start('-control-loop-interval=3s')
  await controller.said(
    /-control-loop-interval has no effect: .*"controlLoopIntervalMs":3000|"controlLoopIntervalMs":3000.*-control-loop-interval has no effect: /,
  )
})

test('killed at any moment and started again, a run comes to the same end', {
  timeout: 600_000,
}, async () => {
  const { rollout, start } = await given('unlucky')
  const first = await start()
  await rollout.reaches({ phase: 'Initialized' })
  await first.end('SIGKILL')
  rollout.setImage('podinfo:6.0.1')
  // Spread over a run, which takes about two seconds.
  for (const ms of [0, 20, 60, 150, 250, 400]) {
    const controller = await start()
    await controller.said(/"started"/)
    await new Promise((resolve) => setTimeout(resolve, ms))
    await controller.end('SIGKILL')
  }
  const controller = await start()

  await rollout.reaches({ phase: 'Succeeded', canaryWeight: 0, failedChecks: 0 })

  expect(rollout.canary()?.status?.history?.map(({ result }) => result)).toEqual(['Succeeded'])
  expect(controller.output()).not.toContain('"defect"')
})

test('a dry run decides and logs, and writes nothing', async () => {
  const outside = await givenOutside()
  const webhooks = [{ name: 'start', type: 'confirm-rollout', url: `${outside.url}/start` }]
  const { rollout, start } = await given('dry', [], { ...analysis, webhooks })
  const real = await start()
  await rollout.reaches({ phase: 'Initialized' })
  await real.end()
  rollout.setImage('podinfo:6.0.1')
  givenRollout(cluster, { namespace: 'dry', name: 'fresh' })
  cluster.server.requests.reset()

  const controller = await start('-dry-run')
  await controller.said(/New revision detected/)
  await controller.said(/"dry run".*|.*fresh/)
  await controller.end()

  const verbs = Object.keys(cluster.server.requests.counts()).map((key) => key.split(' ')[0])
  expect([...new Set(verbs)].filter((verb) => !/^(get|list|watch)$/.test(verb ?? ''))).toEqual([])
  expect(outside.requests.filter(({ path }) => path === '/start')).toEqual([])
  expect(controller.log().filter(({ msg }) => msg === 'dry run').length).toBeGreaterThan(0)
})

test('a dry run that sees a pause whose time is up goes on answering, and ends when told to', async () => {
  const namespace = 'overdue'
  const pause = JSON.stringify({ until: '2020-01-01T00:00:00Z' })
  const metadata = { annotations: { 'flagger.app/pause': pause } }
  givenRollout(cluster, { namespace, metadata })
  const flags = [`-namespace=${namespace}`, '-dry-run', '-log-level=debug']
  const controller = await startController({ kubeconfig: cluster.kubeconfig, flags })
  await controller.said(/"canary":"podinfo.overdue"/)

  expect(await ready(controller.url)).toBe(200)
  expect(await controller.end('SIGTERM')).toBe(0)
})

/** A pipe that is full, and that nobody reads. */
function fullPipe(): number {
  const path = `${cluster.folder}/pipe`
  execFileSync('mkfifo', [path])
  const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  const block = Buffer.alloc(4_096, 'x')
  try {
    for (;;) writeSync(reader, block)
  } catch (error) {
    expect(error).toMatchObject({ code: 'EAGAIN' })
  }
  onTestFinished(() => closeSync(reader))
  return openSync(path, 'w')
}

test.each([
  ['is full', () => openSync('/dev/full', 'w')],
  ['is a pipe that nobody reads', fullPipe],
])('where the log %s, canaries, probes and the end go on', async (_, open) => {
  const namespace = `mute-${_.length}`
  const stderr = open()
  onTestFinished(() => closeSync(stderr))
  const rollout = givenRollout(cluster, { namespace, spec: { analysis } })
  const flags = [
    `-namespace=${namespace}`,
    '-metrics-server=http://127.0.0.1:1',
    '-log-level=debug',
  ]
  const controller = await startController({ kubeconfig: cluster.kubeconfig, flags, stderr })

  await rollout.reaches({ phase: 'Initialized' })
  expect(await ready(controller.url)).toBe(200)
  expect(await controller.end('SIGTERM')).toBe(0)
})

async function given(namespace: string, flags: string[] = [], settings: object = analysis) {
  const outside = await givenOutside()
  const rollout: Rollout = givenRollout(cluster, { namespace, spec: { analysis: settings } })
  const start = (...more: string[]) =>
    startController({
      kubeconfig: cluster.kubeconfig,
      flags: [`-namespace=${namespace}`, `-metrics-server=${outside.url}`, ...flags, ...more],
    })
  return { rollout, start }
}

async function ready(url: string): Promise<number> {
  const { status } = await fetch(`${url}/readyz`)
  return status
}

/** The lease of a dead leader runs out at once, in place of a minute later. */
function hurryLease(namespace: string): void {
  const name = 'flagger-leader-election'
  const ref = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name }
  cluster.store.patch(ref, { spec: { leaseDurationSeconds: 1 } }, { type: 'merge' })
}

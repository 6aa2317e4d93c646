/** What changing verbs say of the answer to a request, of none, and of a controller that reads none. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { canaryObject } from '../support/canary-object.ts'
import type { TestCluster } from './support/cluster.ts'
import { ago, eventObject, virtualService, workloads } from './support/objects.ts'
import { gate, requestOf, run, startRuns, status } from './support/runs.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster

beforeEach(async () => {
  cluster = await startRuns()
})

afterEach(() => cluster.close())

const request = (name: string, verb: string) => requestOf(cluster, name, verb)

test('nobody answers: the request stays, and the code is 5', async () => {
  cluster.put(virtualService('podinfo', 20))
  const { code, stdout, stderr } = await cluster.run('abort podinfo --ack-timeout=1s')
  expect(code).toBe(5)
  expect(stdout).toBe('canary.flagger.app/podinfo abort requested\n')
  expect(stderr).toContain(
    'warning: no controller answered within 1s; the request stays on the object',
  )
  expect(stderr).toMatch(/last status write: \d+m ago by canary-controller, expected every 1m/)
  expect(stderr).toMatch(/\n {2}find out more: kubectl canary doctor podinfo\n$/)
  expect(stderr).toContain('kubectl -n test patch virtualservice podinfo')
  expect(request('podinfo', 'abort')).toBeDefined()
})

test('without the object that routes, the way by hand is told in words, and no command made up', async () => {
  const { stderr } = await cluster.run('abort podinfo --ack-timeout=1s')
  expect(stderr).toMatch(
    /by hand.*: give podinfo-primary all of the traffic in the istio object of podinfo/,
  )
  expect(stderr).not.toContain('kubectl -n test patch')
})

test('what is printed to be run acts on the same canary, in the same cluster', async () => {
  const { kubeconfig } = cluster
  cluster.put(
    canaryObject({
      name: 'podinfo',
      namespace: 'empty',
      status: { ...status, phase: 'WaitingPromotion', canaryAnalysis: { ...run, gate } },
    }),
    virtualService('podinfo', 20, 'empty'),
  )
  const where = `-n empty --kubeconfig=${kubeconfig} --context=sandbox`
  const { stdout } = await cluster.run(`${where} status podinfo`)
  expect(stdout).toContain(`open it: kubectl canary promote podinfo ${where}`)
  const aborted = await cluster.run(`${where} abort podinfo --ack-timeout=1s`)
  expect(aborted.stdout).toBe('canary.flagger.app/podinfo (namespace empty) abort requested\n')
  expect(aborted.stderr).toContain(
    `by hand: kubectl ${where} patch virtualservice podinfo --type=json -p '[` +
      '{"op":"replace","path":"/spec/http/0/route/0/weight","value":100},' +
      '{"op":"replace","path":"/spec/http/0/route/1/weight","value":0}' +
      "]'",
  )
})

test('the answer of the controller decides', async () => {
  cluster.answerRequests('rejected', 'revision is now 8f21ac')
  const { code, stdout, stderr } = await cluster.run('promote cart')
  expect({ code, stdout }).toEqual({ code: 6, stdout: '' })
  expect(stderr).toBe(
    'error: canary.flagger.app/cart cannot be promoted: the request was rejected\n  revision is now 8f21ac\n',
  )
})

test('an abort that the controller refuses names the way by hand, while users are on the canary', async () => {
  cluster.put(virtualService('podinfo', 20))
  const why = 'the canary must be corrected first: spec.analysis.threshold must be a number'
  cluster.answerRequests('rejected', why)
  const { code, stderr } = await cluster.run('abort podinfo')
  expect(code).toBe(6)
  expect(stderr).toContain(`the request was rejected\n  ${why}\n  by hand: kubectl -n test patch`)

  const safe = canaryObject({ name: 'podinfo', namespace: 'empty', status })
  cluster.put(safe, virtualService('podinfo', 0, 'empty'))
  expect((await cluster.run('-n empty abort podinfo')).stderr).not.toContain('by hand')
})

test('Flagger runs a failed revision again once its pod template is a new one', async () => {
  const controller = 'flagger/1.44.0'
  cluster.put(
    canaryObject({ name: 'old', status: { ...status, phase: 'Failed', controller } }),
    ...workloads({ name: 'old', image: 'a:2', promoted: 'a:1', replicas: 0 }),
  )
  const { code, stdout, stderr } = await cluster.run('retry old --yes')
  expect(stderr).toContain('the pod template of deployment/old')
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'canary.flagger.app/old run requested (deployment/old has new pods)\n',
  })
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'test', name: 'old' }
  expect(cluster.server.store.get(ref)).toMatchObject({
    spec: {
      template: {
        metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': expect.any(String) } },
      },
    },
  })
})

test('Flagger is asked through the object itself', async () => {
  cluster.put(canaryObject({ name: 'old', status: { ...status, controller: 'flagger/1.44.0' } }))
  const refused = await cluster.run('pause old')
  expect(refused.code).toBe(2)
  expect(await cluster.run('pause old --yes')).toMatchObject({
    code: 0,
    stdout: 'canary.flagger.app/old paused (spec.suspend)\n',
    stderr: expect.stringContaining('handled by Flagger, which does not read requests'),
  })
  expect(cluster.canary('old')?.spec.suspend).toBe(true)
  expect((await cluster.run('resume old --via=spec -y')).code).toBe(0)
  expect(cluster.canary('old')?.spec.suspend).toBe(false)
  expect((await cluster.run('abort old')).stdout).toBe(
    'canary.flagger.app/old abort requested (status.failedChecks)\n',
  )
  expect(cluster.canary('old')?.status?.failedChecks).toBe(5)
  expect((await cluster.run('promote old --step')).code).toBe(6)
})

test('where the status has no room for answers, the event of the answer counts', async () => {
  const early = 'Request promote by bob rejected: an old one'
  cluster.put(eventObject('cart', ago(1), { type: 'Normal', name: 'early', message: early }))
  const answerBy = (verb: string, message: string) => {
    const end = cluster.server.store.watch(({ object }) => {
      if (object.metadata.annotations?.[`flagger.app/${verb}`] === undefined) return
      end()
      const { name } = object.metadata
      cluster.put(eventObject(name, ago(0), { type: 'Normal', name: `${verb}-answer`, message }))
    })
  }
  answerBy('promote', 'Request promote by jane (done: now) done: the gate is open')
  expect(await cluster.run(['promote', 'cart', '--reason', 'done: now'])).toMatchObject({
    code: 0,
    stdout: 'canary.flagger.app/cart promotion approved\n',
  })
  answerBy('abort', 'Request abort by jane rejected: the promotion has begun')
  expect(await cluster.run('abort podinfo')).toMatchObject({
    code: 6,
    stderr: expect.stringContaining('the request was rejected\n  the promotion has begun\n'),
  })
})

test('a pause counts as one where the status cannot tell', async () => {
  const { controller: _, ...pruned } = status
  const how = { type: 'merge', subresource: 'status', fieldManager: 'canary-controller' } as never
  cluster.put(canaryObject({ name: 'bare', annotations: { 'flagger.app/pause': 'true' } }))
  const ref = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: 'test', name: 'bare' }
  cluster.server.store.patch(ref, { status: { ...pruned, canaryAnalysis: null } }, how)
  expect((await cluster.run('list bare --no-headers')).stdout).toMatch(/^bare +Paused /)
  expect((await cluster.run('pause bare')).stdout).toContain('unchanged (already paused)')
})

test('a conflict is met with another look, and five of them are an error', async () => {
  const conflict = { status: 409, reason: 'Conflict', message: 'the object has been modified' }
  let left = 2
  const end = cluster.server.fault((request: { method: string }) =>
    request.method === 'PATCH' && left-- > 0 ? conflict : undefined,
  )
  cluster.answerRequests('done', 'ok')
  expect((await cluster.run('promote cart')).code).toBe(0)
  left = 99
  const { code, stderr } = await cluster.run('promote podinfo --step')
  end()
  expect(code).toBe(1)
  expect(stderr).toContain('Error from server (Conflict)')
  expect(stderr).toContain('someone else is changing this canary')
})

test('an interrupted wait says that the request stays', async () => {
  const { code, stderr } = await cluster.run('promote cart --ack-timeout=30s -v 6', {
    interruptAt: 'PATCH http',
  })
  expect(code).toBe(130)
  expect(stderr).toContain('note: the request stays in place; the controller goes on')
  expect(request('cart', 'promote')).toBeDefined()
})

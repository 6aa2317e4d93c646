/** Changing verbs: real command lines, and what they leave on the object. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { ago, eventObject, virtualService, workloads } from './support/objects.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster

const run = {
  runId: 3,
  revision: 'v2:6c9d7f31a0',
  startedAt: ago(600),
  weight: 20,
  step: 4,
  steps: 10,
}
const status = {
  phase: 'Progressing',
  failedChecks: 1,
  canaryWeight: 20,
  lastAppliedSpec: 'v2:6c9d7f31a0',
  lastPromotedSpec: 'v2:5b21aa7c11',
  lastTransitionTime: ago(630),
  controller: 'canary-controller/v0.1.0',
  canaryAnalysis: { ...run, nextTickAt: ago(-600) },
} as const
const gate = { type: 'confirm-promotion', name: 'promotion gate', since: ago(60) } as const

beforeEach(async () => {
  cluster = await startCluster()
  cluster.put(
    canaryObject({ name: 'podinfo', status }),
    canaryObject({
      name: 'cart',
      status: { ...status, phase: 'WaitingPromotion', canaryAnalysis: { ...run, gate } },
    }),
    canaryObject({
      name: 'idle',
      status: { ...status, phase: 'Succeeded', lastPromotedSpec: status.lastAppliedSpec },
    }),
  )
})

afterEach(() => cluster.close())

function request(name: string, verb: string) {
  const text = cluster.canary(name)?.metadata.annotations?.[`flagger.app/${verb}`]
  return text === undefined ? undefined : JSON.parse(text)
}

test('a promotion is asked for by annotation, and confirmed by the answer', async () => {
  cluster.answerRequests('done', 'promoted')
  expect(await cluster.run(['promote', 'cart', '--reason', 'looks good'])).toEqual({
    code: 0,
    stdout: 'canary.flagger.app/cart promotion approved\n',
    stderr: '',
  })
  expect(request('cart', 'promote')).toMatchObject({
    mode: 'gate',
    reason: 'looks good',
    revision: 'v2:6c9d7f31a0',
    id: expect.any(String),
    at: expect.any(String),
    by: expect.any(String),
  })
})

test('at the gate before a run, what waits there is approved: not what was promoted last', async () => {
  const start = { type: 'confirm-rollout', name: 'change board', since: ago(60) } as const
  cluster.put(
    canaryObject({
      name: 'held',
      status: {
        ...status,
        phase: 'Waiting',
        lastAppliedSpec: 'v2:5b21aa7c11',
        canaryAnalysis: { revision: 'v2:82764fcf02', gate: start },
      },
    }),
    // Of a controller whose status has no room for it.
    canaryObject({ name: 'pruned', status: { ...status, phase: 'Waiting', canaryAnalysis: {} } }),
  )
  cluster.answerRequests('done', 'the gate is open')
  const first = await cluster.run('promote held')
  expect(first.stdout).toBe('canary.flagger.app/held start approved\n')
  expect(request('held', 'promote')).toMatchObject({ revision: 'v2:82764fcf02' })
  await cluster.run('promote held --full --yes')
  expect(request('held', 'promote')).toMatchObject({ mode: 'full', revision: 'v2:82764fcf02' })
  await cluster.run('promote pruned')
  expect(request('pruned', 'promote')).not.toHaveProperty('revision')

  const { stdout } = await cluster.run('status held')
  expect(stdout).toContain('revision 82764fcf')
  const skipped = await cluster.run('skip-analysis held --yes')
  expect(skipped.stdout).toBe(
    'canary.flagger.app/held analysis skipped for revision 82764fcf, once its start is approved\n',
  )
})

test('the field manager is none that Flux takes over', async () => {
  cluster.answerRequests('done', 'ok')
  await cluster.run('promote cart')
  const managers = cluster.canary('cart')?.metadata.managedFields?.map(({ manager }) => manager)
  expect(managers).toContain('canary-cli')
})

test('nobody answers: the request stays, and the code is 5', async () => {
  cluster.put(virtualService('podinfo', 20))
  const { code, stdout, stderr } = await cluster.run('abort podinfo --ack-timeout=1s')
  expect(code).toBe(5)
  expect(stdout).toBe('canary.flagger.app/podinfo abort requested\n')
  expect(stderr).toContain(
    'warning: no controller answered within 1s; the request stays on the object',
  )
  expect(stderr).toMatch(/last status write: \d+m ago by canary-controller, expected every 1m/)
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

test('what the phase forbids is refused before anything is sent', async () => {
  const { code, stderr } = await cluster.run('promote podinfo')
  expect(code).toBe(6)
  expect(stderr).toContain('cannot be promoted: it is not waiting (Progressing at weight 20)')
  expect((await cluster.run('abort idle')).stderr).toContain('no rollout in progress')
  expect(request('podinfo', 'promote')).toBeUndefined()
})

test('what already holds is no error', async () => {
  expect(await cluster.run('promote idle')).toEqual({
    code: 0,
    stdout: 'canary.flagger.app/idle unchanged (already promoted)\n',
    stderr: '',
  })
  expect((await cluster.run('resume podinfo')).stdout).toBe(
    'canary.flagger.app/podinfo unchanged (not paused)\n',
  )
})

test('without a terminal damage needs --yes', async () => {
  const refused = await cluster.run('promote podinfo --full')
  expect(refused).toEqual({
    code: 2,
    stdout: '',
    stderr: 'error: promote --full needs confirmation; pass --yes to run it without a terminal\n',
  })
  cluster.answerRequests('accepted', 'ok')
  expect((await cluster.run('promote podinfo --full --yes')).stdout).toBe(
    'canary.flagger.app/podinfo full promotion accepted\n',
  )
  expect((await cluster.run('pause podinfo cart')).code).toBe(2)
})

test('steps and weights are passed on', async () => {
  cluster.answerRequests('done', 'ok')
  expect((await cluster.run('promote podinfo --step')).stdout).toContain('moved on 1 step\n')
  expect(request('podinfo', 'promote')).toMatchObject({ mode: 'step', steps: 1 })
  expect((await cluster.run('promote podinfo --to-weight=40 -y')).stdout).toContain(
    'moved to weight 40\n',
  )
  expect((await cluster.run('promote podinfo --to-weight=60 -y')).code).toBe(6)
})

test('pause and resume set and remove the annotation', async () => {
  const stop = cluster.answerRequests('accepted', 'paused')
  const paused = await cluster.run('pause podinfo --for=30m')
  expect(paused.stdout).toBe('canary.flagger.app/podinfo paused\n')
  expect(Date.parse(request('podinfo', 'pause').until) - Date.now()).toBeGreaterThan(29 * 60_000)
  stop()
  expect((await cluster.run('resume podinfo')).stdout).toBe('canary.flagger.app/podinfo resumed\n')
  expect(request('podinfo', 'pause')).toBeUndefined()
})

test('reset and skip-analysis say what they will do', async () => {
  cluster.answerRequests('done', 'ok')
  expect((await cluster.run('reset podinfo -y')).stderr).toContain('a run is in progress')
  expect((await cluster.run('reset podinfo -y --force --hold')).stdout).toBe(
    'canary.flagger.app/podinfo reset (held until the target changes)\n',
  )
  expect(request('podinfo', 'reset')).toMatchObject({ force: true, hold: true })
  expect((await cluster.run('skip-analysis podinfo -y')).stdout).toBe(
    'canary.flagger.app/podinfo analysis skipped for revision 6c9d7f31\n',
  )
  expect((await cluster.run('skip-analysis idle --always -y')).code).toBe(0)
  expect(cluster.canary('idle')?.spec.skipAnalysis).toBe(true)
  expect((await cluster.run('skip-analysis idle --off')).code).toBe(0)
  expect(cluster.canary('idle')?.spec.skipAnalysis).toBe(false)
})

test('a promotion whose primary is gone is reset although it has begun', async () => {
  const copying = { ...status, phase: 'Promoting' } as const
  cluster.put(
    canaryObject({ name: 'copied', status: copying }),
    canaryObject({ name: 'lost', status: copying }),
    ...workloads({ name: 'copied', image: 'a:2', promoted: 'a:2', replicas: 1 }),
  )
  cluster.answerRequests('done', 'the primary is made from the target')
  expect(await cluster.run('reset copied -y')).toMatchObject({
    code: 6,
    stderr: expect.stringContaining('promotion has begun; wait for its end'),
  })
  expect((await cluster.run('reset lost')).code).toBe(2)
  expect((await cluster.run('reset lost -y')).stdout).toBe('canary.flagger.app/lost reset\n')
})

test('a failed run is retried without a question, and a run is restarted after one', async () => {
  cluster.put(canaryObject({ name: 'backend', status: { ...status, phase: 'Failed' } }))
  cluster.answerRequests('done', 'the analysis starts from the beginning')
  expect((await cluster.run('retry backend')).stdout).toBe(
    'canary.flagger.app/backend retry accepted: the run starts from the beginning\n',
  )
  expect(request('backend', 'retry').revision).toBeUndefined()
  expect(await cluster.run('retry podinfo')).toMatchObject({
    code: 6,
    stderr: expect.stringContaining('it has not failed (Progressing)'),
  })
  expect((await cluster.run('restart podinfo')).code).toBe(2)
  expect(request('podinfo', 'restart')).toBeUndefined()
  expect((await cluster.run('restart podinfo --yes')).stdout).toBe(
    'canary.flagger.app/podinfo restarted from the beginning\n',
  )
  expect((await cluster.run('restart idle --yes')).stdout).toBe(
    'canary.flagger.app/idle restart accepted: a run begins\n',
  )
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

test('a dry run changes nothing', async () => {
  const before = cluster.canary('podinfo')?.metadata.resourceVersion
  expect((await cluster.run('promote podinfo --full --dry-run=client')).stdout).toBe(
    'canary.flagger.app/podinfo full promotion accepted (dry run)\n',
  )
  expect((await cluster.run('abort podinfo --dry-run=server')).stdout).toBe(
    'canary.flagger.app/podinfo aborted (server dry run)\n',
  )
  expect(cluster.canary('podinfo')?.metadata.resourceVersion).toBe(before)
})

test('actions are documents, one or a list', async () => {
  cluster.answerRequests('accepted', 'ok')
  const one = JSON.parse((await cluster.run('abort podinfo -o json')).stdout)
  expect(one).toMatchObject({
    apiVersion: 'cli.canary/v1',
    kind: 'CanaryAction',
    verb: 'abort',
    outcome: 'accepted',
    phaseBefore: 'Progressing',
    via: 'annotation',
  })
  const many = JSON.parse((await cluster.run('pause podinfo cart -y -o json')).stdout)
  expect(many).toMatchObject({ kind: 'List', items: [{ verb: 'pause' }, { verb: 'pause' }] })
  expect((await cluster.run('pause idle -o name')).stdout).toBe('canary.flagger.app/idle\n')
})

test('several objects: each is told, and the codes are joined', async () => {
  cluster.answerRequests('accepted', 'ok')
  const { code, stdout, stderr } = await cluster.run('abort podinfo nosuch idle -y')
  expect(code).toBe(1)
  expect(stdout).toBe(expectedAbort)
  expect(stderr).toContain('canaries.flagger.app "nosuch" not found')
  expect(stderr).toContain('idle cannot be aborted')
})
const expectedAbort = 'canary.flagger.app/podinfo aborted\n'

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
    interruptAt: 'patch canaries 200',
  })
  expect(code).toBe(130)
  expect(stderr).toContain('note: the request stays in place; the controller goes on')
  expect(request('cart', 'promote')).toBeDefined()
})

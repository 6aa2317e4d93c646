/** Changing verbs: real command lines, and what they leave on the object. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { canaryObject } from '../support/canary-object.ts'
import type { TestCluster } from './support/cluster.ts'
import { ago, workloads } from './support/objects.ts'
import { requestOf, startRuns, status } from './support/runs.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster

beforeEach(async () => {
  cluster = await startRuns()
})

afterEach(() => cluster.close())

const request = (name: string, verb: string) => requestOf(cluster, name, verb)

const expectedAbort = 'canary.flagger.app/podinfo aborted\n'

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
  cluster.answerRequests('done', 'the canary is rolled back')
  const { code, stdout, stderr } = await cluster.run('abort podinfo nosuch idle -y')
  expect(code).toBe(1)
  expect(stdout).toBe(expectedAbort)
  expect(stderr).toContain('canaries.flagger.app "nosuch" not found')
  expect(stderr).toContain('idle cannot be aborted')
})

test('an abort that waits says for what, and how not to wait', async () => {
  const why = 'no pod of the primary is ready, and the canary serves until one is: 0 of 2 available'
  cluster.answerRequests('accepted', `waiting: ${why}`)
  expect(await cluster.run('abort podinfo')).toEqual({
    code: 0,
    stdout: 'canary.flagger.app/podinfo abort requested, and waits\n',
    stderr: `  waiting: ${why}\n  at once all the same: kubectl canary abort podinfo --force\n`,
  })
})

test('an abort that is not to wait says so to the controller', async () => {
  cluster.answerRequests('done', 'the canary is rolled back')
  expect((await cluster.run('abort podinfo --force')).stdout).toBe(expectedAbort)
  expect(request('podinfo', 'abort')).toMatchObject({ force: true })
})

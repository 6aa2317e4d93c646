/** `history`: real command lines, and what they tell of runs that have ended. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { CanaryStatus, JudgeStatus } from '../../src/canary/api.gen.ts'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { ago } from './support/objects.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster

const status: CanaryStatus = {
  phase: 'Failed',
  controller: 'canary-controller/v0.1.0',
  lastTransitionTime: ago(600),
  history: [
    {
      id: 3,
      result: 'Failed',
      reason: 'failed checks threshold reached 5',
      startedAt: ago(900),
      endedAt: ago(600),
      failedChecks: 5,
      checks: [
        {
          ...{ name: 'error-rate', kind: 'metric', ok: false, failed: 5, max: 1 },
          error: 'request failed: 503 Service Unavailable',
        },
      ],
    },
    { id: 2, result: 'Aborted', reason: 'aborted by bob: 5xx', by: 'bob', startedAt: ago(9000) },
  ],
}

const judge: JudgeStatus = {
  ...{ version: 1, startedAt: ago(900), lastLook: ago(780), verdict: 'Inconclusive' },
  plan: {
    ...{ ratio: 2, ignoreBelow: 0.1, falseRollback: 1, missed: 5 },
    ...{ scheduledLooks: 10, plannedLooks: 60 },
  },
  metrics: [
    {
      ...{ name: 'request-success-rate', objective: 1, cluster: 1, from: 'Setting' },
      looks: '60:3/300,28/5700 60:6/600,27/5400 1200:0/0,0/0!g',
    },
  ],
}

beforeAll(async () => {
  cluster = await startCluster()
  cluster.put(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'judged' } },
    canaryObject({ name: 'backend', status }),
    canaryObject({
      name: 'fresh',
      status: { phase: 'Initialized', controller: 'canary-controller/v0.1.0' },
    }),
    canaryObject({ name: 'old', status: { phase: 'Succeeded' } }),
    canaryObject({
      name: 'judged',
      namespace: 'judged',
      status: { ...status, canaryAnalysis: { judge } },
    }),
  )
})
afterAll(() => cluster.close())

test('one command says why the run of yesterday was rolled back, and who did what', async () => {
  const { code, stdout, stderr } = await cluster.run('history backend')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.split('\n').map((line) => line.replace(/\s+/g, ' ').trim())).toEqual([
    'RUN RESULT AGE STARTED TOOK CHANGE FAILED BY',
    expect.stringMatching(/^3 Failed 15m .*Z 5m - 5 -$/),
    'failed checks threshold reached 5: error-rate could not be measured: request failed: 503 Service Unavailable (failed 5 times)',
    expect.stringMatching(/^2 Aborted 150m .*Z - - 0 bob$/),
    'aborted by bob: 5xx',
    '',
  ])
})

test('all canaries of a namespace are told of, newest run first', async () => {
  const { stdout, stderr } = await cluster.run('history --limit 1')
  expect(stdout).toMatch(/^CANARY +RUN .*\nbackend +3 +Failed .*\n +failed checks/)
  expect(stdout).not.toContain('Aborted')
  expect(stderr).toContain('canary.flagger.app/old has no record of runs')
  expect((await cluster.run('history fresh')).stderr).toContain('fresh has no run on record')
})

test('one run is chosen by its number, and a number that is not there is an error', async () => {
  expect((await cluster.run('history backend --run 2')).stdout).not.toContain('failed checks')
  expect(await cluster.run('history backend --run 9')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'error: canary.flagger.app/backend has no run 9; on record are: 3, 2\n',
  })
})

test('the history is a document', async () => {
  const one = JSON.parse((await cluster.run('history backend -o json')).stdout)
  expect(one).toMatchObject({
    apiVersion: 'cli.canary/v1',
    kind: 'CanaryHistory',
    metadata: { name: 'backend', namespace: 'test' },
    runs: [
      { id: 3, checks: [{ name: 'error-rate' }] },
      { id: 2, by: 'bob' },
    ],
  })
  const path = '{.items[*].metadata.name}'
  expect((await cluster.run(['history', '-o', `jsonpath=${path}`])).stdout).toBe(
    'backend fresh old',
  )
})

test('the evidence of the judge is computed again from the looks of the last run', async () => {
  const { stdout } = await cluster.run('history judged -n judged --evidence --no-headers')
  expect(
    stdout
      .split('\n')
      .map((line) => line.replace(/\s+/g, ' ').trim())
      .slice(-4),
  ).toEqual([
    'request-success-rate 1 60 3/300 28/5700 1.08 0.332',
    'request-success-rate 2 60 6/600 27/5400 1.86 0.118',
    'request-success-rate 3 1200 0/0 0/0 1.86 0.118 set aside: gap',
    '',
  ])
  const json = await cluster.run('history judged -n judged --evidence -o json')
  expect(JSON.parse(json.stdout).evidence).toHaveLength(3)
  expect((await cluster.run('history backend --evidence')).stderr).toContain(
    'canary.flagger.app/backend was not judged in its last run, or keeps no looks of it',
  )
})

/** `history`: real command lines, and what they tell of runs that have ended. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { CanaryStatus } from '../../src/canary/api.gen.ts'
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

beforeAll(async () => {
  cluster = await startCluster()
  cluster.put(
    canaryObject({ name: 'backend', status }),
    canaryObject({
      name: 'fresh',
      status: { phase: 'Initialized', controller: 'canary-controller/v0.1.0' },
    }),
    canaryObject({ name: 'old', status: { phase: 'Succeeded' } }),
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
  expect((await cluster.run('history fresh')).stderr).toContain('fresh has had no run yet')
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

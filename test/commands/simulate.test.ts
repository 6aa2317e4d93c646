/** simulate: what it prints, and how it ends. */
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const analysis = { stepWeight: 10, threshold: 3, webhooks: [] }
const manifest = JSON.stringify(canaryObject({ analysis }))
let cluster: TestCluster

beforeAll(async () => {
  cluster = await startCluster()
  cluster.put(canaryObject({ analysis }))
})
afterAll(() => cluster.close())

test('a bad version in a manifest is rolled back, which the exit code says as well', async () => {
  const { code, stdout, stderr } = await cluster.run('simulate -f - --error-rate=20', {
    stdin: manifest,
  })
  expect({ code, stderr }).toEqual({ code: 3, stderr: '' })
  expect(stdout).toMatch(/^TIME +PHASE +CANARY +CHECKS +WHAT HAPPENS\n0s +Progressing +0% +0\/3/)
  expect(stdout).toMatch(/\nrolled back after 3m30s; users sent 360 requests to the canary, and /)
})

test('a Canary that nobody calls while it is checked says so', async () => {
  const bare = { provider: 'kubernetes' as const }
  const switched = { ...analysis, stepWeight: 0, maxWeight: 0, iterations: 2 }
  const stdin = JSON.stringify(canaryObject({ spec: bare, analysis: switched }))
  const { code, stderr } = await cluster.run('simulate -f -', { stdin })
  expect(code).toBe(3)
  expect(stderr).toContain('note: nobody calls the canary before everybody is switched')
  const tested = await cluster.run('simulate -f - --test-requests=10', { stdin })
  expect(tested).toMatchObject({ code: 0, stderr: '' })
})

test('a Canary of the cluster is played, and stays as it is', async () => {
  const before = cluster.canary('podinfo')
  const { code, stdout } = await cluster.run('simulate podinfo -o json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    kind: 'CanarySimulation',
    metadata: { name: 'podinfo', namespace: 'test' },
    result: 'promoted',
  })
  expect(cluster.canary('podinfo')).toEqual(before)
})

test('a failed check, a slow gate and values of a file are played, and what is assumed says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kubectl-canary-simulate-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'metrics.csv')
  writeFileSync(file, 'time,request-success-rate\n0,100\n')
  const webhooks = [{ name: 'start', type: 'confirm-rollout', url: '' }]
  const stdin = JSON.stringify(canaryObject({ analysis: { ...analysis, webhooks } }))
  const line = `simulate -f - --fail-at=1 --gate-delay=5m --metrics=${file} --speed=100000`
  const { code, stdout, stderr } = await cluster.run(line, { stdin })
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: 'note: taken to say yes, gates after 5m: the hooks start\n',
  })
  expect(stdout).toMatch(/\n5m +Progressing +0% /)
  expect(stdout).toMatch(
    /\n6m30s +Progressing +10% +1\/3 +Halt podinfo.test advancement success rate/,
  )
  const atOnce = await cluster.run(line.replace(/ --speed.*/, ''), { stdin })
  expect(atOnce.stdout).toBe(stdout)
  const wrong = await cluster.run('simulate -f - --speed=-1', { stdin })
  expect(wrong).toMatchObject({ code: 2, stdout: '' })
})

test('many runs are told as odds, a row for each error rate', async () => {
  const line = 'simulate podinfo --error-rate=0.1,30 --runs=10'
  const { code, stdout } = await cluster.run(line)
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ERRORS .*\n0\.1% +100\.0% +0\.0% .*\n30% +0\.0% +100\.0% /)
})

test('the picture goes to the file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kubectl-canary-plot-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'run.svg')
  await cluster.run(['simulate', 'podinfo', `--plot=${file}`])
  expect(readFileSync(file, 'utf8')).toMatch(/^<svg [\s\S]*promoted after/)
})

test.each([
  ['simulate podinfo --error-rate=1,x', 2, 'percentages from 0 to 100'],
  ['simulate podinfo --error-rate=1,2', 2, '--runs=200 to compare them'],
  ['simulate podinfo --runs=5 --plot=x.svg', 2, 'leave out --runs or --plot'],
  ['simulate podinfo --latency=x', 2, 'it must be a duration'],
  ['simulate nosuch', 1, 'not found'],
  ['simulate podinfo --plot=/nonexistent/run.svg', 1, "run.svg can't be written"],
])('%s ends with %i', async (line, wanted, text) => {
  const { code, stderr } = await cluster.run(line)
  expect(code).toBe(wanted)
  expect(stderr).toContain(text)
})

test('what is taken for granted is told', async () => {
  const metrics = [{ name: 'errors', query: 'errors', thresholdRange: { max: 1 } }]
  const webhooks = [{ name: 'smoke', type: 'rollout', url: 'http://tester.test/' }]
  const stdin = JSON.stringify(canaryObject({ analysis: { ...analysis, metrics, webhooks } }))
  const { stderr } = await cluster.run('simulate -f -', { stdin })
  expect(stderr).toContain('taken for well: the metrics errors')
  expect(stderr).toContain('taken to say yes: the hooks smoke')
})

describe('the table of a judge', () => {
  const metrics = [{ name: 'request-success-rate', thresholdRange: { min: 99 } }]
  const judged = { ...analysis, judge: {}, metrics }
  const stdin = JSON.stringify(canaryObject({ analysis: judged }))
  const run = (line: string, input = stdin) =>
    cluster.run(`simulate -f - ${line}`, { stdin: input })

  test('has a row for each version, and one for the range beside it', async () => {
    const { code, stdout } = await run('--table --rps=100 --primary-error-rate=0.5 --runs=20')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^podinfo\.test: 100 requests a second, 0\.5% of the primary's fail/)
    expect(stdout).toMatch(/\nhealthy +judge +.*\n +range +.*\n1\.5 x +judge /)
    expect(stdout).toMatch(/\n5 x +judge +100\.0% +0\.0% /)
  })

  test('has rows of one’s own, and noise', async () => {
    const { stdout } = await run('--noise=clusters:4 --error-rate=3 --runs=20 -o json')
    expect(JSON.parse(stdout)).toMatchObject({
      service: { noise: 'retries', size: 4, requestsPerSecond: 20 },
      rows: [{ label: 'healthy' }, { label: '3%', rate: 0.03 }],
    })
  })

  test('compares values of one setting', async () => {
    const { stdout } = await run('--sweep=ratio=2,4 --runs=20')
    expect(stdout).toMatch(/\nSETTING .*\nratio=2 .*\nratio=4 /)
  })

  test.each([
    ['--noise=loud', 2, 'it must be one of iid, clusters, independent'],
    ['--noise=bursts:3', 2, 'only clusters:3, drift:0.25, beta:0.5 and shared:0.5 have a number'],
    ['--sweep=ratio', 2, 'such as ratio=1.5,2,3'],
    ['--from-history=24h', 2, 'name the server with --prometheus=URL'],
    ['--from-history=24h --prometheus=http://127.0.0.1:1', 1, "the metric server can't be asked"],
  ])('%s ends with %i', async (flags, wanted, text) => {
    const { code, stderr } = await run(flags)
    expect(code).toBe(wanted)
    expect(stderr).toContain(text)
  })

  test('is for Canaries that have one', async () => {
    const { code, stderr } = await run('--table', manifest)
    expect(code).toBe(1)
    expect(stderr).toContain('podinfo.test has no judge of failures to be played')
  })
})

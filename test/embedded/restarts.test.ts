/** `restart` and `retry` as people ask for them: later, of the primary alone, and in which words. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { runPlugin } from '../commands/support/cluster.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenRollout } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

async function givenCanary(namespace: string, interval = '200ms') {
  const rollout = givenRollout(cluster, {
    namespace,
    spec: { provider: 'istio', analysis: { interval, webhooks: [], metrics: [] } },
  })
  await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`, '-metrics-server=http://127.0.0.1:1'],
  })
  await rollout.reaches({ phase: 'Initialized' })
  const run = (line: string) =>
    runPlugin(`${line} -n ${namespace} --ack-timeout=90s`, cluster.kubeconfig, {})
  return { rollout, run, name: `canary.flagger.app/podinfo (namespace ${namespace})` }
}

interface Templated extends KubeObject {
  spec: { template: { metadata?: { annotations?: Record<string, string> } } }
}

const stampOf = (object: Templated | undefined) =>
  object?.spec.template.metadata?.annotations?.['kubectl.kubernetes.io/restartedAt']

test('the primary gets new pods without a run, and keeps what it was given', {
  timeout: 300_000,
}, async () => {
  const { rollout, run, name } = await givenCanary('primary-restarted')
  const primary = () =>
    cluster.store.get<Templated>({
      ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
      ...{ namespace: 'primary-restarted', name: 'podinfo-primary' },
    })
  expect(stampOf(primary())).toBeUndefined()
  expect(await run('restart podinfo --primary')).toMatchObject({ code: 2, stdout: '' })
  const { code, stdout, stderr } = await run('restart podinfo --primary --yes')
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: `${name} primary restarted (deployment/podinfo-primary has new pods)\n`,
    stderr: '',
  })
  const stamp = stampOf(primary())
  expect(stamp).toMatch(/^\d{4}-/)
  expect(rollout.canary()?.status?.phase).toBe('Initialized')
  expect((await run('doctor podinfo')).stdout).not.toContain('CAN306')

  // A run promotes all the same, and the mark goes with the template that had it.
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Succeeded' })
  expect(stampOf(primary())).toBeUndefined()
})

test('what was put off begins when its time has come', { timeout: 300_000 }, async () => {
  const { rollout, run, name } = await givenCanary('restarted-later')
  const { code, stdout } = await run('restart podinfo --in=3s --yes')
  expect(code).toBe(0)
  expect(stdout).toMatch(/ restart accepted: not before \S+Z\n$/)
  expect(stdout.startsWith(name)).toBe(true)
  const [, notBefore = ''] = /not before (\S+)/.exec(stdout) ?? []
  await rollout.reaches({ phase: 'Succeeded' })
  const [record] = rollout.canary()?.status?.history ?? []
  expect(record?.requests?.map(({ verb }) => verb)).toEqual(['restart'])
  expect(Date.parse(record?.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(notBefore))
})

test('who tries again is told what is tried', { timeout: 300_000 }, async () => {
  const { rollout, run, name } = await givenCanary('tried-again', '30s')
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Progressing' })
  expect((await run('abort podinfo')).code).toBe(0)
  await rollout.reaches({ phase: 'Failed' })
  expect(await run('retry podinfo')).toMatchObject({
    code: 0,
    stdout: `${name} retry accepted (podinfo:6.0.1)\n`,
  })
})

test('what contradicts itself is refused before anything is sent', {
  timeout: 300_000,
}, async () => {
  const run = (line: string) => runPlugin(line, cluster.kubeconfig, {})
  const lines = [
    ['restart podinfo --primary --in=3s', '--primary is done at once: it takes no --in'],
    ['restart podinfo --primary --wait', '--primary begins no run that --wait could wait for'],
    ['restart podinfo --in=3s --wait', '--wait does not wait for what --in puts off'],
  ]
  const answers = await Promise.all(lines.map(([line = '']) => run(line)))
  expect(answers.map(({ code, stderr }) => `${code} ${stderr.split('\n')[0]}`)).toEqual(
    lines.map(([, text]) => `2 error: ${text}`),
  )
})

/** `import`: Rollouts from files and from a cluster, and how it ends. */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { parseAllDocuments, stringify } from 'yaml'
import type { KubeObject } from '../../src/objects.ts'
import {
  analysis,
  byIstio,
  rollout,
  service,
  template95,
} from '../unit/drafts/rollout/rollout-objects.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const canary = { ...byIstio, analysis }
const manifests = [rollout({ canary }), template95(), service('shop-stable')]
const stdin = manifests.map((one) => stringify(one)).join('---\n')
const offline = { stdin, env: { KUBECONFIG: '/nonexistent' } }
let cluster: TestCluster

beforeAll(async () => {
  cluster = await startCluster()
  cluster.put(
    ...['Rollout', 'AnalysisTemplate'].map(definitionOf),
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } },
    ...manifests,
  )
})
afterAll(() => cluster.close())

function definitionOf(kind: string): KubeObject {
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  const singular = kind.toLowerCase()
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${singular}s.argoproj.io` },
    spec: {
      group: 'argoproj.io',
      scope: 'Namespaced',
      names: { kind, singular, plural: `${singular}s` },
      versions: [
        { name: 'v1alpha1', served: true, storage: true, schema: { openAPIV3Schema: schema } },
      ],
    },
  } as KubeObject
}

test('manifests are enough, and what is printed passes lint', async () => {
  const { code, stdout, stderr } = await cluster.run('import -f -', offline)
  expect(code).toBe(0)
  expect(parseAllDocuments(stdout).map((one) => one.get('kind'))).toEqual([
    'Deployment',
    'MetricTemplate',
    'Canary',
  ])
  expect(stdout).toContain('# percent of the users, one after the other\n')
  expect(stderr).toContain('note: shop: Service shop-stable: will be taken over by the controller')
  expect(await cluster.run('lint -f -', { stdin: stdout })).toMatchObject({ code: 0 })
})

test('the same comes of the cluster, where kinds that it does not serve are left out', async () => {
  const { code, stdout } = await cluster.run('import -f -', offline)
  expect(await cluster.run('import rollout/shop -n web')).toMatchObject({ code, stdout })
  expect(await cluster.run('import --all -n web')).toMatchObject({ code, stdout })
})

test('what is lost is a report as well, and an error where it is essential', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kubectl-canary-import-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'report.md')
  const bad = {
    ...canary,
    steps: [{ setWeight: 20 }, { experiment: {} }],
    trafficRouting: { ambassador: {} },
  }
  const given = { stdin: stringify(rollout({ canary: bad })) }
  const { code, stderr } = await cluster.run(`import -f - -o json --report=${file}`, given)
  expect(code).toBe(3)
  expect(stderr).toContain(
    'warning: shop: spec.strategy.canary.trafficRouting.ambassador: is not supported',
  )
  expect(readFileSync(file, 'utf8')).toMatch(
    /^# Canary shop\n\n## Lost, and needed\n\n- [\s\S]*\n## Lost\n\n- spec.strategy.canary.steps\[1\]: experiment has no/,
  )
})

test('with --strict whatever is lost is an error', async () => {
  const steps = [...byIstio.steps, { experiment: {} }]
  const given = { stdin: stringify(rollout({ canary: { ...byIstio, steps } })) }
  expect((await cluster.run('import -f -', given)).code).toBe(0)
  expect((await cluster.run('import -f - --strict', given)).code).toBe(3)
})

test.each([
  ['import', 2, 'name a Rollout'],
  ['import shop --all', 2, 'name a Rollout'],
  ['import deploy/shop', 2, '"deploy" is no Rollout'],
  ['import nosuch -n web', 1, 'rollouts.argoproj.io "nosuch" not found'],
  ['import --all -n empty', 1, 'there is no Rollout in namespace "empty"'],
])('%s ends with %i', async (line, wanted, text) => {
  const { code, stdout, stderr } = await cluster.run(line)
  expect({ code, stdout }).toEqual({ code: wanted, stdout: '' })
  expect(stderr).toContain(text)
})

test('files without a Rollout are wrong usage', async () => {
  const { code, stderr } = await cluster.run('import -f -', { stdin: 'kind: Service\n' })
  expect(code).toBe(2)
  expect(stderr).toContain('no Rollout of argoproj.io/v1alpha1 is in the files')
})

test('what the parser finds odd is no warning of the process', async () => {
  const odd = 'kind: ConfigMap\nmetadata: { name: x, labels: { a: {{ b }} } }\n'
  const given = { stdin: `${stringify(rollout({ canary: byIstio }))}---\n${odd}` }
  const { code, stderr } = await cluster.run('import -f -', given)
  expect(code).toBe(0)
  expect(stderr).not.toContain('(node:')
})

test.each([
  ['services', { status: 503, reason: 'ServiceUnavailable', message: 'not now' }],
  ['services', { status: 403, reason: 'Forbidden', message: 'forbidden' }],
] as const)('%s that are not given cost a note, and no import', async (kind, failure) => {
  const end = cluster.server.fault(({ resource }) => (resource === kind ? failure : undefined))
  onTestFinished(end)
  const { code, stdout, stderr } = await cluster.run('import rollout/shop -n web')
  expect(code).toBe(0)
  expect(stdout).toContain('kind: Canary\n')
  const why = failure.status === 403 ? 'no permission to list' : 'list'
  expect(stderr).toMatch(
    new RegExp(`^note: ${why} services.*: the import lacks what they say$`, 'm'),
  )
})

test('templates that are not given are not called missing', async () => {
  const end = cluster.server.fault(({ resource }) =>
    resource === 'analysistemplates.argoproj.io' ? { status: 503, message: 'not now' } : undefined,
  )
  onTestFinished(end)
  const { code, stderr } = await cluster.run('import rollout/shop -n web')
  expect(code).toBe(3)
  expect(stderr).toContain('note: list analysistemplates failed: 503')
  expect(stderr).toContain('could not be read: its metrics are missing')
  expect(stderr).not.toContain('is not there')
})

test('without Rollouts there is nothing to import', async () => {
  const end = cluster.server.fault(({ resource }) =>
    resource === 'rollouts.argoproj.io'
      ? { status: 403, reason: 'Forbidden', message: 'no' }
      : undefined,
  )
  const denied = await cluster.run('import rollout/shop -n web')
  end()
  expect(denied).toMatchObject({ code: 1, stdout: '' })
  expect(denied.stderr).toContain('Error from server (Forbidden): no')
  const bare = await startCluster()
  onTestFinished(() => bare.close())
  expect((await bare.run('import rollout/shop')).stderr).toContain(
    'error: the server doesn\'t have a resource type "rollouts"\n',
  )
})

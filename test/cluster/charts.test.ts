/** The charts, with Helm as users have it. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import pack from '../../package.json' with { type: 'json' }
import { charts } from '../../scripts/generate/deploy/chart.ts'
import {
  commonRules,
  controllerRules,
  providerRules,
  versionRule,
} from '../../scripts/generate/deploy/rbac.ts'
import type { KubeObject } from '../../src/objects.ts'
import { providerNamed } from '../support/providers.ts'
import { clusterTest, runHelm } from './cluster-test.ts'

const root = path.join(import.meta.dirname, '../..')

/** What Helm says where it refuses. */
async function refusal(...args: string[]): Promise<string> {
  return runHelm(...args).then(
    (output) => `it was not refused: ${output}`,
    ({ stderr }: { stderr: string }) => stderr,
  )
}

const render = (chart: string, ...args: string[]) =>
  runHelm('template', 'flagger', chart, '--namespace=flagger-system', ...args)

interface Role extends KubeObject {
  rules: unknown[]
}

/** A golden of all that a chart renders, but for rules: those are generated, and tested beside. */
async function golden(chart: string, name: string, ...args: string[]): Promise<void> {
  const text = await render(chart, ...args)
  const shown = parseAllDocuments(text)
    .filter((document) => document.toJS() !== null)
    .map((document) => {
      if (document.has('rules')) document.set('rules', [])
      return document.toString({ lineWidth: 0 })
    })
  await expect(shown.join('')).toMatchFileSnapshot(`goldens/charts/${name}.yaml`)
}

clusterTest.each(charts)('%s passes the strict lint of Helm', async (chart) => {
  expect(await runHelm('lint', '--strict', chart)).toContain('0 chart(s) failed')
})

clusterTest.each(charts)('%s has the version of the package', (chart) => {
  const { version, appVersion } = parse(
    readFileSync(path.join(root, chart, 'Chart.yaml'), 'utf8'),
  ) as { version: string; appVersion: string }

  expect([version, appVersion]).toEqual([pack.version, pack.version])
})

const everything = path.join(import.meta.dirname, 'values-everything.yaml')

clusterTest('the charts render what they are known to render', async () => {
  await golden('deploy/chart', 'default')
  await golden('deploy/chart', 'everything', `--values=${everything}`)
  await golden('deploy/chart', 'one-namespace', '--set=namespace=shop')
  await golden('deploy/charts/loadtester', 'loadtester')
  await golden(
    'deploy/charts/grafana',
    'grafana',
    '--set=password=secret',
    '--show-only=templates/grafana.yaml',
  )
})

/** The roles of the controller, as the chart renders them. */
async function rolesOf(...args: string[]): Promise<Role[]> {
  const text = await render('deploy/chart', '--show-only=templates/rbac.yaml', ...args)
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Role)
    .filter(({ metadata }) => metadata.name === 'flagger')
}

clusterTest('the chart grants what the registries say, and no more', async () => {
  const [clusterRole] = await rolesOf()
  expect(clusterRole).toMatchObject({ kind: 'ClusterRole' })
  expect(clusterRole?.rules).toEqual([...controllerRules(), versionRule])
  const [role] = await rolesOf('--set=namespace=shop')
  expect(role).toMatchObject({ kind: 'Role', metadata: { namespace: 'shop' } })
  expect(role?.rules).toEqual(controllerRules())
})

clusterTest('rights are those of the providers that an installation chooses', async () => {
  const [role] = await rolesOf('--set=namespace=shop,rbac.providers={istio,gatewayapi}')
  const chosen = ['istio', 'gatewayapi:v1'].flatMap((name) => providerRules(providerNamed(name)))
  expect(role?.rules).toEqual([...commonRules(), ...chosen])
  expect(JSON.stringify(role)).not.toContain('ingresses')
  const [nginx] = await rolesOf('--set=rbac.providers={nginx}')
  expect(nginx?.rules).toContainEqual({
    apiGroups: ['networking.k8s.io'],
    resources: ['ingresses'],
    verbs: ['get', 'list', 'watch', 'create', 'update', 'delete'],
  })
})

clusterTest(
  'the policy of hosts is that of deploy/policies, under a name of the release',
  async () => {
    const text = await render('deploy/chart', '--set=hostsPolicy.enabled=true')
    const policies = (from: string) =>
      parseAllDocuments(from)
        .map((document) => document.toJS() as KubeObject | null)
        .filter((object) => object?.metadata.name.endsWith('canary-hosts-of-the-namespace'))
    const own = readFileSync(path.join(root, 'deploy/policies/hosts.yaml'), 'utf8')
    const named = own.replaceAll('canary-hosts-of', 'flagger-canary-hosts-of')
    expect(policies(text)).toEqual(policies(named))
    expect(policies(text)).toHaveLength(2)
  },
)

clusterTest.each([
  [
    'rights for a provider that there is not',
    ['--set=rbac.providers={istoi}'],
    /rbac\.providers has "istoi", which is none of .*istio.*: take it out/,
  ],
  [
    'a provider without its rights',
    ['--set=meshProvider=gatewayapi:v1,rbac.providers={istio}'],
    /grants no rights for it: add gatewayapi to rbac\.providers/,
  ],
  [
    'a policy for the cluster in one namespace',
    ['--set=namespace=shop,hostsPolicy.enabled=true'],
    /hostsPolicy\.enabled makes a policy for all namespaces, .*: let an administrator apply/,
  ],
  [
    'several controllers without election',
    ['--set=leaderElection.replicaCount=2'],
    /leaderElection\.replicaCount is 2 .*: set leaderElection\.enabled=true, or leaderElection\.replicaCount=1/,
  ],
  [
    'rights for the account of every pod',
    ['--set=serviceAccount.create=false'],
    /serviceAccount\.name is empty, .*: set serviceAccount\.name, or rbac\.create=false/,
  ],
  [
    'a Prometheus for the cluster in one namespace',
    ['--set=namespace=shop,prometheus.install=true'],
    /prometheus\.install reads .*: set metricsServer to a Prometheus of yours/,
  ],
  ['a value that there is not', ['--set=meshprovider=istio'], /'meshprovider' not allowed/],
  ['a value of another type', ['--set-string=dryRun=yes'], /\/dryRun': got string, want boolean/],
] as const)('values that ask for %s are refused', async (_, args, sentence) => {
  expect(await refusal('template', 'flagger', 'deploy/chart', ...args)).toMatch(sentence)
})

clusterTest('addresses of alerts are in a Secret, and not in the Deployment', async () => {
  const url = 'https://hooks.example.com/services/T0/B0/key'
  const args = [`--set=slack.url=${url}`, '--set=slack.proxy=http://proxy:3128']
  const deployment = await render('deploy/chart', '--show-only=templates/deployment.yaml', ...args)
  const secret = await render('deploy/chart', '--show-only=templates/secret.yaml', ...args)

  expect(deployment).not.toContain(url)
  expect(deployment).toContain('key: SLACK_URL')
  expect(parse(secret)).toMatchObject({
    kind: 'Secret',
    stringData: { SLACK_URL: url, SLACK_PROXY_URL: 'http://proxy:3128' },
  })
})

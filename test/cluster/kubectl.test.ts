/** What people do with kubectl, against a real server and against the embedded one. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { stringify } from 'yaml'
import {
  controllerRules,
  electionRules,
  type PolicyRule,
} from '../../scripts/generate/deploy/rbac.ts'
import { type EmbeddedCluster, startCluster } from '../embedded/support/cluster.ts'
import { manifests } from '../manifests/seeds.ts'
import { adminKubeconfig, clusterTest, kubectl } from './cluster-test.ts'
import { runKubectl } from './installation.ts'

const canary = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'podinfo', labels: { app: 'podinfo' } },
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
    service: { port: 9898 },
    analysis: { interval: '1m', threshold: 5, stepWeight: 10, maxWeight: 50 },
  },
}
const status = {
  phase: 'Progressing',
  canaryWeight: 20,
  failedChecks: 1,
  iterations: 0,
  lastTransitionTime: '2026-01-01T00:00:00Z',
}

let embedded: EmbeddedCluster
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kubectl-canary-kubectl-'))
  embedded = await startCluster()
})
afterAll(async () => {
  await embedded.close()
  await rm(folder, { recursive: true })
})

/** Runs the same command on both servers; gives both outputs. */
async function both(namespace: string, ...args: string[]): Promise<{ real: string; ours: string }> {
  const onOne = (kubeconfig: string) =>
    runKubectl({ kubectl, kubeconfig }, `--namespace=${namespace}`, ...args)
  const [real, ours] = await Promise.all([onOne(adminKubeconfig), onOne(embedded.kubeconfig)])
  return { real: comparable(real), ours: comparable(ours) }
}

/** Without identities and times. */
function comparable(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<uid>')
    .replace(/Resource Version: +\d+/g, 'Resource Version: <version>')
    .replace(/\b20\d\d-\d\d-\d\dT[\d:]+Z/g, '<time>')
    .replace(/\b\d+[smhd]\b(?=\n|$)/g, '<age>')
}

async function fileOf(name: string, ...objects: object[]): Promise<string> {
  const file = path.join(folder, name)
  await writeFile(file, objects.map((object) => stringify(object)).join('---\n'))
  return file
}

/** A canary in the middle of a run, in a namespace that both servers have. */
async function withCanary(namespace: string): Promise<void> {
  embedded.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await both(namespace, 'apply', '-f', await fileOf(`${namespace}.yaml`, canary))
  await patchStatus(namespace, status)
}

async function patchStatus(namespace: string, change: object): Promise<void> {
  const patch = JSON.stringify({ status: change })
  await both(
    ...([namespace, 'patch', 'canary', 'podinfo', '--type=merge'] as const),
    '--subresource=status',
    `--patch=${patch}`,
  )
}

describe('kubectl on the real server and on the embedded one', () => {
  clusterTest('shows the same columns', async ({ namespace }) => {
    await withCanary(namespace)

    const { real, ours } = await both(namespace, 'get', 'canaries')
    expect(real.split('\n')[0]?.split(/\s{2,}/)).toEqual([
      'NAME',
      'STATUS',
      'WEIGHT',
      'LASTTRANSITIONTIME',
    ])
    expect(ours).toBe(real)
    const wide = await both(namespace, 'get', 'canaries', '--output=wide')
    expect(wide.real).toContain('FAILEDCHECKS')
    expect(wide.ours).toBe(wide.real)
  })

  clusterTest('describes a canary in the same way', async ({ namespace }) => {
    await withCanary(namespace)

    const { real, ours } = await both(namespace, 'describe', 'canary', 'podinfo')
    expect(real).toMatch(/Phase: +Progressing/)
    expect(ours).toBe(real)
  })

  clusterTest('applies every manifest that users follow', async ({ namespace }) => {
    embedded.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    const objects = manifests.map(({ object }, index) => ({
      ...object,
      metadata: { ...object.metadata, name: `${object.metadata.name}-${index}`, namespace },
    }))
    const file = await fileOf('seeds.yaml', ...objects)

    const first = await both(namespace, 'apply', '-f', file)
    expect(first.real.match(/ created\n/g)).toHaveLength(manifests.length)
    expect(first.ours).toBe(first.real)
    const second = await both(namespace, 'apply', '-f', file)
    expect(second.real.match(/ unchanged\n/g)).toHaveLength(manifests.length)
    expect(second.ours).toBe(second.real)
  })

  clusterTest('waits for the promotion', async ({ namespace }) => {
    await withCanary(namespace)
    const waiting = both(
      ...([namespace, 'wait', 'canary/podinfo', '--for=condition=Promoted'] as const),
      '--timeout=30s',
    )
    const promoted = {
      type: 'Promoted',
      status: 'True',
      reason: 'Succeeded',
      message: 'Canary analysis completed successfully, promotion finished.',
      lastUpdateTime: '2026-01-01T00:00:00Z',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    }
    await patchStatus(namespace, { ...status, phase: 'Succeeded', conditions: [promoted] })

    const { real, ours } = await waiting
    expect(real).toBe('canary.flagger.app/podinfo condition met\n')
    expect(ours).toBe(real)
  })

  clusterTest('finds the plugin', async ({ namespace }) => {
    await withCanary(namespace)
    const programs = await mkdtemp(path.join(folder, 'programs-'))
    const plugin = path.join(import.meta.dirname, '../../bin/kubectl-canary.js')
    await symlink(plugin, path.join(programs, 'kubectl-canary'))
    // The plugin starts on the Node that runs these tests, and finds the cluster as kubectl does.
    const found = [programs, path.dirname(process.execPath), process.env.PATH]
    const run = async (kubeconfig: string, ...args: string[]) => {
      const { stdout } = await promisify(execFile)(kubectl, ['canary', ...args], {
        env: {
          ...process.env,
          PATH: found.join(path.delimiter),
          KUBECONFIG: kubeconfig,
          HOME: folder,
        },
      })
      return comparable(stdout)
    }

    for (const args of [['list'], ['status', 'podinfo']]) {
      const all = [...args, '--namespace', namespace]
      const [real, ours] = [
        await run(adminKubeconfig, ...all),
        await run(embedded.kubeconfig, ...all),
      ]
      expect(real).toContain('podinfo')
      expect(real).toContain('Progressing')
      expect(ours).toBe(real)
    }
  })
})

const account = 'system:serviceaccount:flagger-system:flagger'
const admin = { kubectl, kubeconfig: adminKubeconfig }

/** What the account may do in a namespace, a line each, without what everybody may do. */
async function rightsIn(namespace: string): Promise<string[]> {
  const args = ['auth', 'can-i', '--list', `--as=${account}`, '--no-headers'] as const
  const text = await runKubectl(admin, ...args, `--namespace=${namespace}`)
  const everybodys = /^(selfsubject\w+\.(authorization|authentication)\.k8s\.io) create$/
  return text
    .split('\n')
    .map((line) => /^([a-z*]\S*) +\[\] +\[(.*)\] +\[(.*)\]$/.exec(line))
    .flatMap((match) => (match ? [rightText(match[1], match[3], match[2])] : []))
    .filter((line) => !everybodys.test(line))
    .sort()
}

/** The same of rules, as in the roles of `deploy/`. */
function rightsOf(rules: readonly PolicyRule[]): string[] {
  return rules.flatMap(({ apiGroups: [group], resources, resourceNames = [], verbs }) =>
    resources.map((resource) => {
      const [name, ...rest] = resource.split('/')
      const full = [group ? `${name}.${group}` : name, ...rest].join('/')
      return rightText(full, verbs.join(' '), resourceNames.join(' '))
    }),
  )
}

function rightText(resource = '', verbs = '', names = ''): string {
  return `${resource} ${names ? `${names}: ` : ''}${verbs}`
}

clusterTest('the rights that kubectl lists are those of the roles, and no more', async () => {
  const everywhere = rightsOf(controllerRules())
  const election = rightsOf(electionRules())

  expect(await rightsIn('default')).toEqual([...everywhere].sort())
  expect(await rightsIn('flagger-system')).toEqual([...everywhere, ...election].sort())
  const may = (...what: string[]) =>
    runKubectl(admin, 'auth', 'can-i', ...what, `--as=${account}`).then(
      () => true,
      () => false,
    )
  expect(await may('delete', 'deployments', '--all-namespaces')).toBe(false)
  expect(await may('create', 'pods', '--all-namespaces')).toBe(false)
  expect(await may('update', 'deployments', '--all-namespaces')).toBe(true)
})

/** list and status: real command lines in a child process. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { parse } from 'yaml'
import type { KubeObject } from '../../src/objects.ts'
import { canaryObject } from '../support/canary-object.ts'
import type { Answer, RunOptions, TestCluster } from './support/cluster.ts'
import { ago, workloads } from './support/objects.ts'
import { startShowcase } from './support/showcase.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster
const canaryRef = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary' }

beforeAll(async () => {
  cluster = await startShowcase()
})

afterAll(() => cluster.close())

/** Ages are told in minutes: what is compared with a golden is made right before it is looked at. */
async function shown(command: string, options: RunOptions): Promise<Answer> {
  const fresh = await startShowcase()
  onTestFinished(() => fresh.close())
  return fresh.run(command, options)
}

test.each([80, 160])('status and list at %i columns', async (columns) => {
  for (const command of ['status podinfo', 'list']) {
    const { stdout, stderr, code } = await shown(command, { columns })
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    await expect(stdout).toMatchFileSnapshot(`goldens/${command.split(' ')[0]}-${columns}.txt`)
  }
})

test('status and list in colour, of which the pictures in the documents are made', async () => {
  for (const command of ['status podinfo', 'list']) {
    const { stdout } = await shown(command, { columns: 100, env: { FORCE_COLOR: '1' } })
    await expect(stdout).toMatchFileSnapshot(`goldens/${command.split(' ')[0]}-colour.txt`)
  }
})

test('with the controller gone status says so, and so does a request that nobody answers', async () => {
  const lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace: 'empty', name: 'flagger-leader-election' },
    spec: { holderIdentity: '', leaseDurationSeconds: 60 },
  }
  const status = {
    phase: 'Progressing',
    controller: 'canary-controller/v0.1.0',
    controllerSettings: { lease: 'empty/flagger-leader-election' },
    lastTransitionTime: ago(5),
  } as const
  cluster.put(lease as KubeObject, canaryObject({ name: 'left', namespace: 'empty', status }))
  onTestFinished(() => {
    cluster.server.store.delete({ ...canaryRef, namespace: 'empty', name: 'left' })
  })
  const gone = 'it does not run: nobody holds the lease empty/flagger-leader-election'
  const { stdout } = await cluster.run('status left -n empty')
  expect(stdout).toContain(gone)
  const { code, stderr } = await cluster.run('abort left -n empty --ack-timeout=1s')
  expect(code).toBe(5)
  expect(stderr).toContain(gone)
  const document = JSON.parse((await cluster.run('status left -n empty -o json')).stdout)
  expect(document.controller).toMatchObject({ alive: false, stale: true })
})

test('the provider and its prefix are those of the controller, and an old group of the target is read', async () => {
  const ingress = (name: string, annotations: Record<string, string>) =>
    ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, namespace: 'empty', annotations },
      spec: { rules: [{ host: 'web.test' }] },
    }) as KubeObject
  const status = { phase: 'Progressing', canaryWeight: 0, lastTransitionTime: ago(5) } as const
  const spec = {
    provider: undefined,
    targetRef: { apiVersion: 'extensions/v1beta1', kind: 'Deployment', name: 'web' },
    ingressRef: { apiVersion: 'extensions/v1beta1', kind: 'Ingress', name: 'web' },
    autoscalerRef: {
      apiVersion: 'autoscaling/v2beta2',
      kind: 'HorizontalPodAutoscaler',
      name: 'w',
    },
  } as never
  const controllerSettings = { provider: 'nginx', ingressAnnotationsPrefix: 'ingress.corp' }
  cluster.put(
    ...workloads({
      name: 'web',
      namespace: 'empty',
      image: 'web:2',
      promoted: 'web:1',
      replicas: 1,
    }),
    ingress('web', {}),
    ingress('web-canary', { 'ingress.corp/canary': 'true', 'ingress.corp/canary-weight': '50' }),
    canaryObject({
      name: 'web',
      namespace: 'empty',
      spec,
      status: { ...status, controllerSettings },
    }),
    canaryObject({
      name: 'odd',
      namespace: 'empty',
      spec: {
        provider: undefined,
        targetRef: { apiVersion: 'v1', kind: 'Service', name: 'odd' },
      } as never,
      status,
    }),
  )
  onTestFinished(() => {
    for (const name of ['web', 'odd'])
      cluster.server.store.delete({ ...canaryRef, namespace: 'empty', name })
  })
  const web = await cluster.run('status web -n empty')
  expect(web).toMatchObject({ code: 0, stderr: '' })
  expect(web.stdout).toContain('canary, nginx, every 1m')
  expect(web.stdout).toContain('primary 50%  canary 50%')
  expect(web.stdout).toContain('web-primary')
  const odd = await cluster.run('status odd -n empty')
  expect(odd.code).toBe(0)
  expect(odd.stdout).toContain('canary, istio (assumed: it is the default of -mesh-provider)')
  expect(odd.stdout).toContain('service/odd-primary')
  const { stdout } = await cluster.run('list -n empty -o wide')
  expect(stdout).toMatch(/odd .* ~istio /)
})

test('a pipe gets neither colours nor cuts, and --color=always colours it', async () => {
  const [plain, colored, forced] = await Promise.all([
    cluster.run('status podinfo'),
    cluster.run('status podinfo --color=always', { env: { NO_COLOR: '1' } }),
    cluster.run('status podinfo --no-color', { env: { FORCE_COLOR: '1' } }),
  ])
  expect(plain.stdout).not.toContain('\u001b')
  expect(colored.stdout).toContain('\u001b[31m')
  expect(forced.stdout).not.toContain('\u001b')
})

test('status without a name lists several, and shows the only one', async () => {
  const many = await cluster.run('status')
  expect(many.stdout).toMatch(/^NAME\s+STATUS\s+WEIGHT/)
  expect(many.stderr).toBe('note: name one of them for details\n')
  const one = await cluster.run('status -n empty')
  expect(one.stdout).toContain('canary.flagger.app/other   namespace empty')
})

test('status --exit-code tells the state', async () => {
  const codes = await Promise.all(
    ['podinfo', 'backend', 'other -n empty'].map((name) =>
      cluster.run(`status ${name} --exit-code`),
    ),
  )
  expect(codes.map(({ code }) => code)).toEqual([8, 3, 0])
})

test('a canary is found by its target', async () => {
  expect((await cluster.run('get deploy/podinfo -o name')).stderr).toBe('')
  expect((await cluster.run('status deploy/podinfo -o name')).stdout).toBe(
    'canary.flagger.app/podinfo\n',
  )
  const none = await cluster.run('status deploy/nothing')
  expect(none).toMatchObject({
    code: 1,
    stderr: 'error: no canary in namespace "test" has deployment/nothing as its target\n',
  })
})

test('the report is stable JSON, and jsonpath reads it', async () => {
  const { stdout, stderr } = await cluster.run('status podinfo -o json')
  expect(stderr).toBe('')
  const report = JSON.parse(stdout)
  expect(report).toMatchObject({
    apiVersion: 'cli.canary/v1',
    kind: 'CanaryReport',
    health: 'moving',
    traffic: { primary: 80, canary: 20, mirrored: 0, source: 'route' },
    progress: { step: 4, steps: 10, nextWeight: 25 },
    revision: {
      images: [
        {
          container: 'podinfod',
          from: 'ghcr.io/stefanprodan/podinfo:6.0.0',
          to: 'ghcr.io/stefanprodan/podinfo:6.0.1',
        },
      ],
    },
  })
  expect(Object.keys(report)).toEqual(Object.keys(report).sort())
  const path = await cluster.run(['status', 'podinfo', '-o', 'jsonpath={.traffic.canary}{"\\n"}'])
  expect(path.stdout).toBe('20\n')
})

/** What the real kubectl prints; the server is in this process, so nothing may block. */
async function kubectlText(words: string[]): Promise<string> {
  const env = { ...process.env, KUBECONFIG: cluster.kubeconfig }
  const { stdout } = await promisify(execFile)('kubectl', words, { env, timeout: 30_000 })
  return stdout
}

test('-o json and yaml of list are what kubectl gives', async () => {
  for (const [ours, theirs] of [
    [
      ['list', '-o', 'json'],
      ['get', 'canaries', '-o', 'json'],
    ],
    [
      ['list', 'podinfo', '-o', 'json'],
      ['get', 'canary', 'podinfo', '-o', 'json'],
    ],
    [
      ['list', '-A', '-o', 'json', '--show-managed-fields'],
      ['get', 'canaries', '-A', '-o', 'json', '--show-managed-fields'],
    ],
  ]) {
    const { stdout } = await cluster.run(ours ?? [])
    const kubectl = await kubectlText(theirs ?? [])
    expect(stdout).toBe(kubectl)
  }
  const yaml = await cluster.run('list podinfo -o yaml')
  const kubectl = await kubectlText(['get', 'canary', 'podinfo', '-o', 'yaml'])
  expect(parse(yaml.stdout)).toEqual(parse(kubectl))
})

test('lists can be chosen, sorted and cut into columns', async () => {
  const rows = async (line: string) => (await cluster.run(line)).stdout
  expect(await rows('list -l tier=web -A -o name')).toBe(
    'canary.flagger.app/other\ncanary.flagger.app/podinfo\n',
  )
  expect(await rows('list --phase !failed -o name')).toBe(
    'canary.flagger.app/cart\ncanary.flagger.app/podinfo\n',
  )
  expect(await rows('list --sort-by=.status.failedChecks -o name')).toBe(
    'canary.flagger.app/cart\ncanary.flagger.app/podinfo\ncanary.flagger.app/backend\n',
  )
  expect(
    await rows(
      'list --no-headers -o custom-columns=NAME:.metadata.name,TIER:.metadata.labels.tier',
    ),
  ).toBe('backend   <none>\ncart      <none>\npodinfo   web\n')
  expect(await rows('list -A --show-labels')).toContain('tier=web')
})

test('nothing to show is said on stderr, with success', async () => {
  expect(await cluster.run('list -n nowhere')).toEqual({
    code: 0,
    stdout: '',
    stderr: 'No resources found in nowhere namespace.\n',
  })
})

test.each(['status', 'history', 'doctor', 'explain', 'gate', 'list'])(
  '%s prints a document where there is nothing to show',
  async (verb) => {
    const { code, stdout, stderr } = await cluster.run(`${verb} -n nowhere -o json`)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'List', items: [] })
  },
)

test('a canary that does not exist is told with what there is', async () => {
  expect(await cluster.run('status podinf')).toEqual({
    code: 1,
    stdout: '',
    stderr: [
      'Error from server (NotFound): canaries.flagger.app "podinf" not found',
      '  canaries in namespace "test": podinfo, backend, cart',
      '',
    ].join('\n'),
  })
  expect((await cluster.run('status other -n nowhere')).stderr).toContain(
    'there is one in namespace "empty"',
  )
  expect(await cluster.run('list nosuch --ignore-not-found')).toMatchObject({ code: 0, stdout: '' })
})

/** list, status, version, help: real command lines in a child process. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { parse } from 'yaml'
import type { KubeObject } from '../../src/objects.ts'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { ago, eventObject, virtualService, workloads } from './support/objects.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster
const canaryRef = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary' }
const longAgo = () => new Date(Date.now() - 12.5 * 86_400_000)

beforeAll(async () => {
  cluster = await startCluster({ now: longAgo })
  const run = {
    runId: 12,
    revision: 'v2:6c9d7f31a0',
    startedAt: ago(45 * 60),
    weight: 20,
    step: 4,
    steps: 10,
  }
  const hashes = { lastAppliedSpec: 'v2:6c9d7f31a0', lastPromotedSpec: 'v2:5b21aa7c11' }
  const controller = 'canary-controller/v0.1.0'
  cluster.put(
    ...workloads({
      name: 'podinfo',
      image: 'ghcr.io/stefanprodan/podinfo:6.0.1',
      promoted: 'ghcr.io/stefanprodan/podinfo:6.0.0',
      replicas: 2,
    }),
    virtualService('podinfo', 20),
    canaryObject({
      name: 'podinfo',
      labels: { tier: 'web' },
      status: {
        ...hashes,
        controller,
        phase: 'Progressing',
        failedChecks: 2,
        canaryWeight: 20,
        lastTransitionTime: ago(3630),
        canaryAnalysis: {
          ...run,
          nextTickAt: ago(-630),
          checks: [
            {
              name: 'request-success-rate',
              kind: 'metric',
              ok: true,
              failed: 1,
              value: 99.8234,
              min: 99,
              window: '1m',
            },
            {
              name: 'request-duration',
              kind: 'metric',
              ok: false,
              failed: 1,
              value: 512,
              unit: 'ms',
              max: 500,
              window: '1m',
            },
          ],
        },
      },
    }),
    canaryObject({
      name: 'cart',
      status: {
        ...hashes,
        controller,
        phase: 'WaitingPromotion',
        lastTransitionTime: ago(20 * 60 + 30),
        canaryAnalysis: {
          ...run,
          weight: 50,
          step: 10,
          gate: { type: 'confirm-promotion', name: 'promotion gate', since: ago(20 * 60 + 30) },
        },
      },
    }),
    canaryObject({
      name: 'backend',
      status: {
        ...hashes,
        controller,
        phase: 'Failed',
        failedChecks: 5,
        lastTransitionTime: ago(200 * 60),
      },
    }),
    canaryObject({
      name: 'other',
      namespace: 'empty',
      labels: { tier: 'web' },
      status: { phase: 'Succeeded' },
    }),
    eventObject('podinfo', ago(1330), {
      type: 'Normal',
      name: 'e1',
      message: 'Advance podinfo.test canary weight 20',
    }),
    eventObject('podinfo', ago(930), {
      type: 'Warning',
      name: 'e2',
      message: 'Halt podinfo.test advancement request duration 512ms > 500ms',
    }),
  )
})

afterAll(() => cluster.close())

test.each([80, 160])('status and list at %i columns', async (columns) => {
  for (const command of ['status podinfo', 'list']) {
    const { stdout, stderr, code } = await cluster.run(command, { columns })
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    await expect(stdout).toMatchFileSnapshot(`goldens/${command.split(' ')[0]}-${columns}.txt`)
  }
})

test('status and list in colour, of which the pictures in the documents are made', async () => {
  for (const command of ['status podinfo', 'list']) {
    const { stdout } = await cluster.run(command, { columns: 100, env: { FORCE_COLOR: '1' } })
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

test('usage errors have code 2 and name the help', async () => {
  const usage = async (line: string | string[]) => {
    const { code, stderr, stdout } = await cluster.run(line)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    return stderr
  }
  expect(await usage('status --bogus')).toBe(
    "error: unknown flag: --bogus\nSee 'kubectl canary status --help' for usage.\n",
  )
  expect(await usage('promot podinfo')).toBe(
    'error: unknown command "promot" for "kubectl canary"\n\nDid you mean this?\n\tpromote\n\n',
  )
  for (const word of ['show', 'logs', 'describe'])
    expect(await usage(`${word} podinfo`)).toMatch(/Did you mean this\?\n\tstatus\n\n$/)
  expect(await usage('frobnicate')).toContain("See 'kubectl canary --help' for all commands.")
  expect(await usage('list -o foo')).toContain('unable to match a printer')
  expect(await usage('pause')).toContain('name a canary, or use -l SELECTOR or --all')
  expect(await usage('status --events=many')).toContain('--events')
  expect(await usage('abort podinfo --via=magic')).toContain('--via')
})

test('flags may stand before the command, and a switch may be false', async () => {
  for (const line of ['-n empty list --watch=false -o name', '--namespace=empty list -oname'])
    expect((await cluster.run(line)).stdout).toBe('canary.flagger.app/other\n')
})

test('a name is not read from a pipe', async () => {
  const { code, stderr } = await cluster.run('pause', { stdin: 'podinfo\n' })
  expect(code).toBe(2)
  expect(stderr).toContain('name a canary')
})

test('files name canaries and their targets', async () => {
  const manifest = `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: podinfo }\n---\napiVersion: v1\nkind: Service\nmetadata: { name: x }\n---\napiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: { name: cart, namespace: test }\n`
  const { stdout, stderr } = await cluster.run('list -o name -f -', { stdin: manifest })
  expect(stderr).toBe('')
  expect(stdout).toBe('canary.flagger.app/podinfo\ncanary.flagger.app/cart\n')
})

test('version knows client, controller and CRDs', async () => {
  expect((await cluster.run('version')).stdout).toBe(
    'Client Version: v0.1.0\nController Version: v0.1.0\nCRD Versions: canaries v1beta1, metrictemplates v1beta1, alertproviders v1beta1\n',
  )
  expect(
    await cluster.run('version --client', { env: { KUBECONFIG: '/nonexistent' } }),
  ).toMatchObject({
    code: 0,
    stdout: 'Client Version: v0.1.0\n',
  })
  expect((await cluster.run('--version')).stdout).toBe('kubectl-canary v0.1.0\n')
})

test('a server that is away is told as kubectl tells it', async () => {
  const { code, stderr } = await cluster.run('list --server http://127.0.0.1:1')
  expect(code).toBe(1)
  expect(stderr).toBe(
    'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?\n',
  )
})

test('help is in the layout of kubectl, for the plugin and for each command', async () => {
  const pages = await Promise.all(
    ['', 'help', '--help', 'status -h', 'help promote', 'options'].map((line) => cluster.run(line)),
  )
  expect(pages.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0])
  expect(pages[0]?.stdout).toBe(pages[1]?.stdout)
  expect(pages[0]?.stdout).toBe(pages[2]?.stdout)
  await expect(
    pages
      .map(({ stdout }) => stdout)
      .slice(2)
      .join('\n=====\n'),
  ).toMatchFileSnapshot('goldens/help.txt')
})

test('every command has a help page, and -o is told with the formats that there are', async () => {
  const lines = ['list', 'status', 'watch', 'pause podinfo', 'version', 'help', 'options']
  for (const line of lines) {
    const page = await cluster.run(`${line} --help`)
    expect(page).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Usage:') })
    const told = /Output format: (.*)/.exec(page.stdout)?.[1]
    if (told === undefined) continue
    const { stderr } = await cluster.run(`${line} -o nonsense`)
    const allowed = /allowed formats are: (.*)/.exec(stderr)?.[1]
    const formats = told.replace(/[.=]/g, '').split(', ')
    expect(formats.toSorted()).toEqual(allowed?.split(',').toSorted())
  }
})

test('the wide list of requests stays small', async () => {
  const before = cluster.server.requests.log().length
  await cluster.run('status podinfo')
  const requests = cluster.server.requests.log().slice(before)
  expect(requests.length).toBeLessThanOrEqual(9)
})

test('the documentation shows every command', () => {
  const text = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')
  for (const name of [
    'list',
    'status',
    'watch',
    'promote',
    'abort',
    'pause',
    'resume',
    'skip-analysis',
    'reset',
    'version',
  ])
    expect(text).toContain(`\n### ${name}`)
})

import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { stringify } from 'yaml'
import { type Body, canaryCrd, deployment, server } from './support.ts'

const run = promisify(execFile)

function hasKubectl(): boolean {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

// Where tests must be complete, a missing kubectl is a failure.
const isSkipped = process.env.CI !== 'true' && !hasKubectl()
const options = { timeout: 60_000 }

/** Runs kubectl against a fresh server, with files of the given objects. */
async function cluster() {
  const started = await server({ now: () => new Date() })
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, started.kubeconfig)
  const kubectl = async (...args: string[]): Promise<string> => {
    const env = {
      ...process.env,
      KUBECONFIG: kubeconfig,
      HOME: folder,
      KUBE_EDITOR: 'sed -i s/old/new/',
    }
    const { stdout } = await run('kubectl', args, { env, timeout: 30_000 })
    return stdout
  }
  const file = (name: string, ...objects: Body[]): string => {
    const path = join(folder, name)
    writeFileSync(path, objects.map((object) => stringify(object)).join('---\n'))
    return path
  }
  return { ...started, kubectl, file }
}

const web = (image: string, metadata: Body = {}): Body => {
  const { spec, ...rest } = deployment('web')
  const containers = [{ name: 'app', image }]
  const template = { ...spec.template, spec: { containers } }
  return { ...rest, metadata: { name: 'web', ...metadata }, spec: { ...spec, template } }
}

const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'web' }

test.skipIf(isSkipped)(
  'kubectl applies, reads, changes and deletes built-in objects',
  options,
  async () => {
    const { kubectl, file, store } = await cluster()
    expect(await kubectl('apply', '-f', file('a.yaml', web('app:1')))).toBe(
      'deployment.apps/web created\n',
    )
    expect(await kubectl('apply', '-f', file('a.yaml', web('app:2')))).toBe(
      'deployment.apps/web configured\n',
    )
    expect(await kubectl('apply', '-f', file('a.yaml', web('app:2')))).toBe(
      'deployment.apps/web unchanged\n',
    )
    expect(await kubectl('apply', '--server-side', '-f', file('a.yaml', web('app:2')))).toContain(
      'serverside-applied',
    )
    expect(await kubectl('get', 'deploy', 'web')).toMatch(
      /NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +0\/1 +0 +0 +\d+s\n/,
    )
    await kubectl('annotate', 'deploy', 'web', 'a=b')
    await kubectl('scale', 'deploy', 'web', '--replicas=3')
    await kubectl('set', 'image', 'deploy/web', 'app=app:3')
    expect(store.get<Body>(ref)).toMatchObject({
      metadata: { annotations: { a: 'b' }, generation: 4 },
      spec: { replicas: 3, template: { spec: { containers: [{ name: 'app', image: 'app:3' }] } } },
    })
    expect(await kubectl('describe', 'deploy', 'web')).toMatch(/StrategyType: +RollingUpdate/)
    expect(await kubectl('delete', 'deploy', 'web')).toContain('deleted')
    expect(store.get(ref)).toBeUndefined()
  },
)

test.skipIf(isSkipped)('kubectl works with custom resources', options, async () => {
  const { kubectl, file } = await cluster()
  const spec = {
    type: 'object',
    properties: { mode: { type: 'string', enum: ['old', 'new'], description: 'How it works.' } },
  }
  const additionalPrinterColumns = [{ name: 'Mode', type: 'string', jsonPath: '.spec.mode' }]
  await kubectl('apply', '-f', file('crd.yaml', canaryCrd(spec, { additionalPrinterColumns })))
  await kubectl('wait', '--for=condition=Established', 'crd/canaries.test.example', '--timeout=10s')
  const canary = (mode: string, more: Body = {}): Body => ({
    apiVersion: 'test.example/v1',
    kind: 'Canary',
    metadata: { name: 'a' },
    spec: { mode, ...more },
  })
  expect(await kubectl('apply', '-f', file('a.yaml', canary('old')))).toBe(
    'canary.test.example/a created\n',
  )
  await expect(kubectl('apply', '-f', file('b.yaml', canary('odd')))).rejects.toThrow(
    'spec.mode: Unsupported value: "odd": supported values: "old", "new"',
  )
  await expect(kubectl('apply', '-f', file('b.yaml', canary('old', { typo: 1 })))).rejects.toThrow(
    'unknown field "spec.typo"',
  )
  await kubectl('edit', 'canary', 'a')
  expect(await kubectl('get', 'canaries')).toBe('NAME   MODE\na      new\n')
  expect(await kubectl('explain', 'canary.spec.mode')).toContain('How it works.')
  expect(
    await kubectl('patch', 'canary', 'a', '--type=merge', '-p', '{"spec":{"mode":"old"}}'),
  ).toContain('patched')
})

test.skipIf(isSkipped)('kubectl waits for rollouts and conditions', options, async () => {
  const { kubectl, file, store } = await cluster()
  await kubectl('apply', '-f', file('a.yaml', web('app:1')))
  const rollout = kubectl('rollout', 'status', 'deploy/web', '--timeout=20s')
  const wait = kubectl('wait', '--for=condition=Available', 'deploy/web', '--timeout=20s')
  store.modify<Body>(
    ref,
    (draft) => {
      const { generation: observedGeneration } = draft.metadata
      const counts = { replicas: 1, readyReplicas: 1, updatedReplicas: 1, availableReplicas: 1 }
      const conditions = [{ type: 'Available', status: 'True' }]
      draft.status = { observedGeneration, ...counts, conditions }
    },
    { subresource: 'status' },
  )
  expect(await rollout).toContain('successfully rolled out')
  expect(await wait).toContain('condition met')
  await expect(kubectl('logs', 'deploy/web')).rejects.toThrow()
})

test.skipIf(isSkipped)(
  'kubectl creates objects and asks for access in protobuf',
  options,
  async () => {
    const { kubectl, store } = await cluster()
    expect(await kubectl('auth', 'can-i', 'create', 'deployments')).toBe('yes\n')
    await kubectl('create', 'namespace', 'test')
    await kubectl('create', 'configmap', 'a', '--from-literal=key=value', '-n', 'test')
    await kubectl('create', 'secret', 'generic', 'a', '--from-literal=key=value', '-n', 'test')
    await kubectl(
      'create',
      'deployment',
      'a',
      '--image=app:1',
      '--port=80',
      '--replicas=0',
      '-n',
      'test',
    )
    await kubectl('expose', 'deployment', 'a', '--port=80', '--target-port=http', '-n', 'test')
    const read = (apiVersion: string, kind: string) =>
      store.get<Body>({ apiVersion, kind, namespace: 'test', name: 'a' })
    expect(read('v1', 'ConfigMap').data).toEqual({ key: 'value' })
    expect(read('v1', 'Secret').data).toEqual({ key: 'dmFsdWU=' })
    expect(read('apps/v1', 'Deployment').spec.replicas).toBe(0)
    expect(read('v1', 'Service').spec.ports).toEqual([
      { port: 80, protocol: 'TCP', targetPort: 'http' },
    ])
    expect(await kubectl('get', 'all', '-n', 'test')).toContain('service/a')
  },
)

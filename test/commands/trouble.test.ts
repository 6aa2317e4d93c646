/** Bad input, missing rights and servers that go away: what is said, where, and with which code. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { ago, eventObject, inRun, workloads } from './support/objects.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster
const status = inRun()
const ref = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  namespace: 'test',
  name: 'podinfo',
}

beforeEach(async () => {
  cluster = await startCluster()
  cluster.put(
    ...workloads({ name: 'podinfo', image: 'p:2', promoted: 'p:1', replicas: 1 }),
    canaryObject({ name: 'podinfo', status, analysis: { webhooks: [] } }),
    canaryObject({ name: 'podinfo', namespace: 'empty', status }),
    canaryObject({ name: 'faraway', namespace: 'empty', status }),
    canaryObject({
      name: 'stale',
      status: { ...status, lastTransitionTime: ago(86_400) },
    }),
  )
})

afterEach(() => cluster.close())

/** Whether the plugin has a watch open. */
const isWatching = () => cluster.server.requests.log().some(({ verb }) => verb === 'watch')

/** Does something as soon as the plugin watches. */
async function onceWatching(act: () => void): Promise<void> {
  await vi.waitFor(() => expect(isWatching()).toBe(true), { timeout: 30_000, interval: 20 })
  act()
}

test.each([
  ['status podinfo -o jsonpath-file=/nope', 'error: open /nope: no such file or directory\n'],
  ['list -o custom-columns-file=/tmp', 'error: open /tmp: it is a directory\n'],
])('a file that cannot be read is named: %s', async (line, text) => {
  expect(await cluster.run(line)).toEqual({ code: 1, stdout: '', stderr: text })
})

test.each([
  ['version --client -o name', 'unable to match a printer suitable for the output format "name"'],
  ['status podinfo --events=x', 'invalid argument "x" for "--events" flag: must be an integer'],
  [
    'promote podinfo --step=0',
    'invalid argument "0" for "--step" flag: must be an integer greater',
  ],
  ['list --color=pink', 'invalid argument "pink" for "--color" flag: must be one of: auto, always'],
  ['list podinfo -w', 'you may only watch a list, not names; use watch NAME'],
])("wrong usage has code 2 and kubectl's words: %s", async (line, text) => {
  const { code, stdout, stderr } = await cluster.run(line)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(`error: ${text}`)
})

test.each([
  ['kind: List\nitems: 5\n', 'no canaries found in the files given'],
  ['kind: Canary\napiVersion: 3\nmetadata: 5\n', 'no canaries found in the files given'],
  [
    'kind: Canary\napiVersion: flagger.app/v1beta1\nmetadata: {name: ../../pods}\n',
    'invalid name "../../pods"',
  ],
])('a manifest that means no canary is refused: %j', async (stdin, text) => {
  const { code, stdout, stderr } = await cluster.run('status -f -', { stdin })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(text)
})

test('a canary of another namespace is pointed to, beside those that there are here', async () => {
  const { code, stderr } = await cluster.run('status faraway')
  expect(code).toBe(1)
  expect(stderr).toBe(
    `Error from server (NotFound): canaries.flagger.app "faraway" not found
  canaries in namespace "test": stale, podinfo
  there is one in namespace "empty"
`,
  )
})

test('a missing right is named, for reading and for changing', async () => {
  const denied = await startCluster({ rbac: true, tokens: { jane: { name: 'jane' } } })
  const [list, pause] = await Promise.all([denied.run('list'), denied.run('pause podinfo')])
  await denied.close()
  expect(list).toEqual({
    code: 1,
    stdout: '',
    stderr: `Error from server (Forbidden): canaries.flagger.app is forbidden: User "jane" cannot list resource "canaries" in API group "flagger.app" in the namespace "test"
  needed: list canaries.flagger.app; --help lists all permissions
`,
  })
  expect(pause.code).toBe(1)
  expect(pause.stderr).toContain('\n  needed: get canaries.flagger.app;')
})

test('a token that has expired is told in one line', async () => {
  const guarded = await startCluster({ tokens: { good: { name: 'jane' } } })
  const answer = await guarded.run('watch podinfo --token=expired')
  await guarded.close()
  expect(answer).toEqual({
    code: 1,
    stdout: '',
    stderr: 'error: You must be logged in to the server (Unauthorized)\n',
  })
})

test('list --attention tells what does not move, and why, in every format', async () => {
  const { stdout } = await cluster.run('list --attention --no-headers')
  expect(stdout).toMatch(/^stale .* waits for its target: deployment\/stale is missing\n$/)
  for (const flag of ['--attention', '--stuck'])
    expect((await cluster.run(`list ${flag} -o name`)).stdout).toBe('canary.flagger.app/stale\n')
})

test('that nothing needs attention is said', async () => {
  expect(await cluster.run('list -l app=none --attention')).toEqual({
    code: 0,
    stdout: '',
    stderr: 'Nothing needs attention in test namespace.\n',
  })
})

test('an idle canary needs attention while the controller warns of it', async () => {
  const message = 'canary idle.test: spec.analysis.metrics[0] has neither query nor templateRef'
  const at = { ...status, phase: 'Succeeded', lastPromotedSpec: status.lastAppliedSpec } as const
  cluster.put(
    canaryObject({ name: 'idle', status: { ...at, lastTransitionTime: ago(9000) } }),
    eventObject('idle', ago(20), { type: 'Warning', name: 'idle.1', message }),
  )
  const { stdout } = await cluster.run('list --attention -A')
  expect(stdout).toContain(message)
  // Its pods are all ready, and its checks have not failed.
  expect(stdout).not.toMatch(/^test +podinfo/m)
})

test('reasons cost one list of events, and nothing more where nothing moves', async () => {
  const at = { ...status, phase: 'Succeeded', lastPromotedSpec: status.lastAppliedSpec } as const
  cluster.put(
    ...[1, 2, 3].map((n) => canaryObject({ name: `i${n}`, namespace: 'empty', status: at })),
  )
  const before = cluster.server.requests.log().length
  await cluster.run('list -n empty -l app!=x --phase Succeeded -o wide')
  const asked = cluster.server.requests.log().slice(before)
  expect(asked.map(({ verb, resource }) => `${verb} ${resource}`).sort()).toEqual([
    'list canaries.flagger.app',
    'list events',
  ])
})

test('list -w prints one document a line, of those chosen only', async () => {
  const listing = cluster.run('list -w -o json --phase Promoting', { interruptAt: 'Promoting' })
  const how = { type: 'merge', subresource: 'status' } as never
  await onceWatching(() => cluster.server.store.patch(ref, { status: { phase: 'Promoting' } }, how))
  const { code, stdout } = await listing
  expect(code).toBe(130)
  const documents = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(documents.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'Canary podinfo',
  ])
  expect(documents[0].metadata.managedFields).toBeUndefined()
})

test('watch of a whole namespace ends with its --timeout too', async () => {
  const { code, stdout, stderr } = await cluster.run('watch --timeout=10s')
  expect(code).toBe(4)
  expect(stdout).toMatch(/^NAME +STATUS .*\npodinfo +Progressing .*\nstale +Progressing /)
  expect(stderr).toBe('error: timed out waiting for the run to end\n')
})

test('a watch that is interrupted says what it saw last', async () => {
  const { code, stderr } = await cluster.run('watch podinfo', { interruptAt: 'weight=20' })
  expect(code).toBe(130)
  expect(stderr).toMatch(
    /^note: last seen: test\/podinfo Progressing weight=20 step=4\/10 .*\nnote: stopped watching; the controller goes on\n$/,
  )
})

test('a watch outlives a server that does not answer for a while, and says so once', async () => {
  const watching = cluster.run('watch podinfo')
  // Longer than one look at everything takes, with its retries.
  let refusals = 0
  const end = cluster.server.fault(() =>
    refusals-- > 0 ? { status: 503, reason: 'ServiceUnavailable', message: 'away' } : undefined,
  )
  const how = { type: 'merge', subresource: 'status' } as never
  await onceWatching(() => {
    refusals = 20
    cluster.server.store.patch(ref, { status: { phase: 'Succeeded' } }, how)
  })
  const { code, stdout, stderr } = await watching
  end()
  expect({ code, stdout, stderr }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('p:1 promoted'),
  })
  expect(stderr.match(/trying again/g)).toHaveLength(1)
})

test('nobody who reads ends the plugin like any program of a pipe', async () => {
  const { code } = await cluster.run('list', { closeStdout: true })
  expect(code).toBe(141)
})

test('a watch goes on without what a server goes on failing to give', async () => {
  const end = cluster.server.fault(({ resource }) =>
    resource === 'pods'
      ? { status: 503, reason: 'ServiceUnavailable', message: 'not now' }
      : undefined,
  )
  const watching = cluster.run('watch podinfo -o json')
  const how = { type: 'merge', subresource: 'status' } as never
  await onceWatching(() => {
    cluster.server.store.patch(ref, { status: { phase: 'Succeeded' } }, how)
  })
  const { code, stdout, stderr } = await watching
  end()
  expect(code).toBe(0)
  const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  expect(last).toMatchObject({ phase: 'Succeeded', unread: [{ request: 'list pods' }] })
  expect(stderr.match(/not now; trying again/g)).toHaveLength(1)
})

test('a server that answers for nothing but the Canary shows that', async () => {
  const end = cluster.server.fault(({ resource }) =>
    resource === 'canaries.flagger.app'
      ? undefined
      : { status: 503, reason: 'ServiceUnavailable', message: 'away' },
  )
  const answer = await cluster.run('status podinfo')
  end()
  expect({ code: answer.code, stderr: answer.stderr }).toEqual({ code: 0, stderr: '' })
  expect(answer.stdout).toContain('primary 80%  canary 20%')
  expect(answer.stdout).toContain('⚠ get deployments failed: 503 ServiceUnavailable: away\n')
})

test.each(['status podinfo', 'abort podinfo', 'watch podinfo', 'list', 'watch'])(
  'a cluster without the definitions is told as kubectl tells it, with what to do: %s',
  async (line) => {
    for (const name of ['canaries', 'metrictemplates', 'alertproviders'])
      cluster.server.store.delete({
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        name: `${name}.flagger.app`,
      })
    expect(await cluster.run(line)).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: the server doesn't have a resource type "canaries"
  the Canary CRD is not installed; who administers the cluster installs it with the controller (install), or alone: kubectl apply -f crds
`,
    })
  },
)

test('version says where the controller runs, as its lease tells', async () => {
  const controllerSettings = { lease: 'canary-system/canary-controller' }
  const how = { type: 'merge', subresource: 'status' } as never
  cluster.server.store.patch(ref, { status: { controllerSettings } }, how)
  const lease = {
    ...{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
    metadata: { name: 'canary-controller', namespace: 'canary-system' },
    spec: { holderIdentity: 'a', renewTime: ago(5), leaseDurationSeconds: 60 },
  }
  cluster.put(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'canary-system' } },
    lease as KubeObject,
  )
  const { stdout } = await cluster.run('version')
  expect(stdout).toContain('\nController Version: v0.1.0 (canary-system)\n')
  const document = JSON.parse((await cluster.run('version -o json')).stdout)
  expect(document.controller).toMatchObject({ namespace: 'canary-system', alive: true })
})

test('a controller whose version is not known has a name', async () => {
  const how = { type: 'merge', subresource: 'status', fieldManager: 'canary-controller' } as never
  const all = ['test/podinfo', 'test/stale', 'empty/podinfo', 'empty/faraway']
  for (const [namespace = '', name = ''] of all.map((one) => one.split('/')))
    cluster.server.store.patch({ ...ref, namespace, name }, { status: { controller: null } }, how)
  expect((await cluster.run('version')).stdout).toMatch(
    /\nController Version: \S+ \(of an unknown version\)\n/,
  )
})

/**
 * The plugin where not all is as it likes: a controller of another version, the definitions of
 * Flagger alone, no right to see some of it, a server that never answers.
 */
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { flaggerCrds } from '../embedded/support/flagger-crds.ts'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { ago, eventObject, inRun, virtualService, workloads } from './support/objects.ts'
import type { Written } from './support/plugin-lines.ts'
import { runLines } from './support/run-lines.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 })

const status = { ...inRun(), failedChecks: 1 }
let cluster: TestCluster

beforeAll(async () => {
  cluster = await startCluster()
  furnish(cluster)
})
afterAll(() => cluster.close())

function furnish({ put }: TestCluster): void {
  const message = 'Halt podinfo.test advancement success rate 75.00% < 99%'
  put(
    ...workloads({ name: 'podinfo', image: 'p:2', promoted: 'p:1', replicas: 2 }),
    virtualService('podinfo', 20),
    eventObject('podinfo', ago(5), { type: 'Warning', name: 'halt', message }),
    canaryObject({ name: 'podinfo', status, analysis: { webhooks: [] } }),
  )
}

const looks = [
  'list',
  'list --attention',
  'status podinfo',
  'history podinfo',
  'events podinfo --related',
  'doctor podinfo',
  'explain podinfo',
  'diff podinfo',
  'gate podinfo',
  'check',
]
/** What they give where they have looked: 3 and 1 are what they found. */
const wellEnough: Readonly<Record<string, number[]>> = {
  'doctor podinfo': [0, 3],
  check: [0, 3],
  'diff podinfo': [0, 1],
}

/** All of them, each on a terminal and in a pipe; none ends in a stack, or in an error. */
async function look(at: TestCluster, lines: readonly string[]): Promise<Written[]> {
  const given = lines.flatMap((line) =>
    [true, false].map((isTerminal) => ({ words: line.split(' '), isTerminal })),
  )
  const answers = await runLines(at, given)
  for (const { line, code, err } of answers) {
    const said = line.words.join(' ')
    expect(wellEnough[said] ?? [0], `${said}: ${err}`).toContain(code)
    expect(err, said).not.toMatch(/internal error|^\s+at /m)
  }
  return answers
}

test.each(['canary-controller/9.4.0', 'canary-controller/0.0.1', 'canary-controller/next'])(
  'a controller of another version is looked at all the same: %s',
  async (controller) => {
    const other = await startCluster()
    onTestFinished(() => other.close())
    furnish(other)
    const ref = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: 'test' }
    // Of a later version: a phase and a request that nobody here knows.
    const news = { phase: 'Reconsidering', requests: { ponder: { id: 'x', result: 'pondered' } } }
    const later = controller.endsWith('9.4.0') ? news : {}
    openStatus(other)
    const how = { type: 'merge', subresource: 'status' } as const
    const change = { status: { controller, ...later } }
    other.server.store.patch({ ...ref, name: 'podinfo' }, change, how)
    await look(other, looks)
    const { code, stderr } = await other.run('version')
    expect(code).toBe(0)
    expect(stderr).toBe(
      controller.endsWith('9.4.0')
        ? 'warning: plugin v0.1.0 and controller v9.4.0 are more than one minor version apart\n'
        : '',
    )
  },
)

/** As the definitions of a later version may be. */
function openStatus({ server }: TestCluster): void {
  const ref = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' }
  server.store.modify<Definition>({ ...ref, name: 'canaries.flagger.app' }, ({ spec }) => {
    for (const { schema } of spec.versions) {
      const { properties } = schema.openAPIV3Schema
      properties.status = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
    }
  })
}

interface Definition extends KubeObject {
  spec: { versions: { schema: { openAPIV3Schema: { properties: Record<string, object> } } }[] }
}

test('a verb that the controller does not know is not asked of it', async () => {
  const other = await startCluster()
  onTestFinished(() => other.close())
  const old = { ...status, controller: 'canary-controller/0.0.9 verbs=promote,abort' }
  other.put(canaryObject({ name: 'podinfo', status: old, analysis: { webhooks: [] } }))
  expect(await other.run('pause podinfo')).toEqual({
    code: 6,
    stdout: '',
    stderr: 'error: canary-controller v0.0.9 does not know "pause"; it needs a later version\n',
  })
  expect(other.canary('podinfo')?.metadata.annotations ?? {}).toEqual({})
})

test('with the definitions of Flagger alone everything can be looked at, and what is not kept is said', async () => {
  const other = await startCluster()
  onTestFinished(() => other.close())
  for (const definition of await flaggerCrds())
    other.server.store.modify(
      {
        apiVersion: definition.apiVersion,
        kind: definition.kind,
        name: definition.metadata.name,
      },
      (draft) => Object.assign(draft, { spec: definition.spec }),
    )
  furnish(other)
  expect(other.canary('podinfo')?.status?.controller).toBeUndefined()
  await look(other, looks)
  const { stdout } = await other.run('check')
  expect(stdout).toContain("⚠ the CRDs are Flagger's: answers, values of checks and past runs")
  const history = await other.run('history podinfo')
  expect(history.stderr).not.toBe('')
})

/** Whatever is not the Canary itself. */
const optional = [
  'pods',
  'events',
  'deployments.apps',
  'replicasets.apps',
  'leases.coordination.k8s.io',
  'virtualservices.networking.istio.io',
  'horizontalpodautoscalers.autoscaling',
  'metrictemplates.flagger.app',
  'services',
]

test.each(optional)('without the right to see %s the rest is shown', async (resource) => {
  const message = `${resource} is forbidden: User "jane" cannot get resource "${resource}"`
  const end = cluster.server.fault((asked) =>
    asked.resource === resource ? { status: 403, reason: 'Forbidden', message } : undefined,
  )
  onTestFinished(end)
  // What a promotion would change can't be told without what it changes.
  const answers = await look(
    cluster,
    looks.filter((one) => !one.startsWith('diff')),
  )
  const status = answers.filter(({ line }) => line.words[0] === 'status')
  expect(status.map(({ out }) => out.split(' ')[0])).toEqual(
    Array(2).fill('canary.flagger.app/podinfo'),
  )
})

test('a status reads what belongs to the canary, and no list without a selector', async () => {
  const before = cluster.server.requests.log().length
  await cluster.run('status podinfo')
  const lists = cluster.server.requests
    .log()
    .slice(before)
    .filter(({ verb }) => verb === 'list')
  expect(lists.length).toBeGreaterThan(0)
  expect(lists.filter(({ url }) => !/(label|field)Selector=/.test(url))).toEqual([])
})

test.each(['list', 'status podinfo', 'history podinfo', 'doctor podinfo', 'check', 'version'])(
  'a server that never answers is given up on after --request-timeout: %s',
  async (line) => {
    // Far longer than anybody waits; the connection ends with the client.
    const end = cluster.server.fault(() => ({ delayMs: 600_000 }))
    onTestFinished(end)
    const { code, stderr } = await cluster.run(`${line} --request-timeout=2s`)
    expect(code).toBe(1)
    expect(stderr).toMatch(/timed? ?out|deadline|within/i)
  },
)

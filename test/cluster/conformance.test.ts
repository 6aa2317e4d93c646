/**
 * Every recording of Flagger, replayed on the real cluster with the controller as a process of its
 * own, under its own service account and the rights that `deploy/cluster` gives it.
 */
import path from 'node:path'
import { describe, expect } from 'vitest'
import { controllerRules } from '../../scripts/generate/deploy/rbac.ts'
import { providers } from '../../src/routers/registry.gen.ts'
import { workloadKinds } from '../../src/workloads/registry.gen.ts'
import { compareRecordings } from '../conformance/comparison.ts'
import { unlisted } from '../conformance/differences.ts'
import { runScenario } from '../conformance/harness.ts'
import { readRecordings, type Scenario, scenarioOf } from '../conformance/recording.ts'
import { readScenarios } from '../scenarios/scenario.ts'
import { readAudit } from './audit.ts'
import {
  adminKubeconfig,
  auditLog,
  clusterTest,
  controllerKubeconfig,
  runFolder,
} from './cluster-test.ts'
import {
  deletions,
  editedAutoscaler,
  newcomers,
  otherReferences,
  repairs,
  takeover,
} from './further-scenarios.ts'

const controller = path.join(import.meta.dirname, '../support/controller.ts')
const recordings = readRecordings(path.join(import.meta.dirname, '../conformance/recordings'))
const user = 'system:serviceaccount:flagger-system:flagger'

function run(scenario: Scenario) {
  return runScenario(scenario, {
    kubeconfig: adminKubeconfig,
    controllerKubeconfig,
    command: [process.execPath, controller],
    logFolder: path.join(runFolder, 'scenarios'),
    timeoutSeconds: 90,
    fast: true,
  })
}

describe.concurrent('a recording of Flagger is reproduced', () => {
  clusterTest.for(recordings.map((recording) => [recording.name, recording] as const))(
    '%s',
    { timeout: 300_000 },
    async ([name, reference], { expect }) => {
      const found = compareRecordings(reference, await run(scenarioOf(reference)))

      expect(unlisted(name, found)).toEqual({ unexpected: [], outdated: [] })
    },
  )

  clusterTest.for(deletions(recordings).map((scenario) => [scenario.name, scenario] as const))(
    '%s: a deleted canary leaves nothing of its routes',
    { timeout: 300_000 },
    async ([, scenario], { expect }) => {
      expect(await run(scenario)).not.toHaveProperty('error')
    },
  )

  clusterTest(
    'objects of the user are taken over, and follow changes of the Canary',
    { timeout: 300_000 },
    async ({ expect }) => {
      const { error, states, requests } = await run(takeover(recordings))

      expect(error).toBeUndefined()
      expect(states['Service/podinfo']?.at(-1)).toMatchObject({
        metadata: { name: 'podinfo' },
        spec: { selector: { app: 'podinfo-primary' } },
      })
      expect(states['DestinationRule/podinfo-canary']?.at(-1)).toMatchObject({
        spec: { trafficPolicy: { tls: { mode: 'DISABLE' } } },
      })
      expect(requests.map(({ path }) => path)).toContain('/chat')
    },
  )

  clusterTest.for([otherReferences(recordings), newcomers(recordings)])(
    '$name: objects that are referred to later are found',
    { timeout: 300_000 },
    async (scenario, { expect }) => {
      expect(await run(scenario)).not.toHaveProperty('error')
    },
  )

  clusterTest.for(repairs(recordings).map((scenario) => [scenario.name, scenario] as const))(
    '%s: what somebody changes in generated objects comes back',
    { timeout: 300_000 },
    async ([, scenario], { expect }) => {
      expect(await run(scenario)).not.toHaveProperty('error')
    },
  )

  clusterTest.for(readScenarios().filter(({ name }) => name === 'stateful-set'))(
    '$about, which Flagger can not',
    { timeout: 300_000 },
    async (scenario, { expect }) => {
      expect(await run(scenario)).not.toHaveProperty('error')
    },
  )

  clusterTest(
    'an edited autoscaler reaches the primary, and no promotion takes its pods away',
    { timeout: 300_000 },
    async ({ expect }) => {
      expect(await run(editedAutoscaler(recordings))).not.toHaveProperty('error')
    },
  )
})

/** Rights that none of the scenarios above uses, each with the reason why it is needed. */
const unseen: readonly { right: RegExp; reason: string; byChance?: true }[] = [
  {
    right: /^serving\.knative\.dev\//,
    reason: 'Flagger was not recorded with Knative, which is tried on the embedded cluster',
  },
  {
    right: /^(external\.metrics\.k8s\.io|metrics\.keptn\.sh)\//,
    reason: 'neither an adapter of external metrics nor Keptn is in the cluster of these tests',
  },
  {
    right: /^networking\.istio\.io\/gateways get$/,
    reason: 'a Gateway that is named later, when others are followed already',
  },
  {
    right: /^flagger\.app\/canaries\/finalizers update$/,
    reason: 'asked for by an admission plugin, on behalf of objects that a Canary owns',
  },
  {
    right: /^flagger\.app\/canaries get$/,
    byChance: true,
    reason: 'a Canary that was deleted while it was looked at is looked up once more',
  },
  {
    right: /^policy\/poddisruptionbudgets (create|update|delete)$/,
    reason: 'Flagger copies no budgets; that is tried on the embedded cluster',
  },
  {
    right: /^(autoscaling\/horizontalpodautoscalers|keda\.sh\/scaledobjects) delete$/,
    reason: 'the copy of an autoscaler that the Canary does not name any more',
  },
]

/**
 * Routes and targets that stood there before their Canary, of a kind that is followed already, are
 * read one by one. That is tried with Istio and Deployments; the scenarios of the others come to
 * kinds that nobody followed.
 */
const readWhenTakenOver = [
  ...providers.filter(({ names }) => !names.includes('istio')),
  ...workloadKinds.filter(({ kind }) => kind !== 'Deployment'),
]
  .flatMap(({ kinds }) => kinds)
  .map(({ apiVersion, plural }) => `${apiVersion.split('/')[0]}/${plural} get`)

/** A ConfigMap is read once for each of its versions, and its absence is noticed once or twice. */
const mostReads = 10

describe('the rights of the controller', () => {
  clusterTest('suffice', async () => {
    const uses = await readAudit(auditLog)

    expect(uses.filter((use) => use.user === user && use.isForbidden)).toEqual([])
  })

  clusterTest('are all used', async () => {
    const uses = (await readAudit(auditLog)).filter((use) => use.user === user)
    const used = new Set(uses.map(({ resource, verb }) => `${resource} ${verb}`))
    const granted = controllerRules().flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${group}/${resource} ${verb}`)),
      ),
    )
    const unused = granted.filter((right) => !used.has(right) && !readWhenTakenOver.includes(right))

    expect(unused.filter((right) => !unseen.some((one) => one.right.test(right)))).toEqual([])
    const certain = unseen.filter(({ byChance }) => !byChance)
    expect(certain.filter((one) => !unused.some((right) => one.right.test(right)))).toEqual([])
  })

  clusterTest('are not used to read an object again and again', async () => {
    const uses = (await readAudit(auditLog)).filter((use) => use.user === user)
    const reads = new Map<string, number>()
    for (const { resource, namespace, name } of uses.filter(({ verb }) => verb === 'get')) {
      const key = `${resource} ${namespace}/${name}`
      reads.set(key, (reads.get(key) ?? 0) + 1)
    }
    reads.delete('/version /')

    expect([...reads].filter(([, count]) => count > mostReads)).toEqual([])
  })
})

/** A controller that may not do something: which canaries that concerns, and what they read. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { KubeObject } from '../../src/objects.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout } from './support/rollout.ts'

interface Rule {
  apiGroups?: string[]
  resources?: string[]
  verbs: string[]
}

const file = path.join(import.meta.dirname, '../../deploy/cluster/rbac.yaml')
const [shipped] = parseAllDocuments(readFileSync(file, 'utf8')).map(
  (document) => document.toJS() as KubeObject & { rules: Rule[] },
)

/** Whose rules of the shipped role are cut, and how. */
const accounts: Readonly<Record<string, (rule: Rule) => Rule[]>> = {
  whole: (rule) => [rule],
  routeless: (rule) => without(rule, 'virtualservices'),
  writeless: (rule) =>
    rule.resources?.includes('deployments')
      ? [{ ...rule, verbs: ['get', 'list', 'watch'] }]
      : [rule],
  eventless: (rule) => without(rule, 'events'),
  kindless: (rule) => without(rule, 'canaries'),
}

let cluster: EmbeddedCluster

beforeAll(async () => {
  const tokens = Object.fromEntries(Object.keys(accounts).map((name) => [name, { name }]))
  cluster = await startCluster({ tokens, rbac: true })
  for (const [name, cut] of Object.entries(accounts)) bind(name, shipped?.rules.flatMap(cut) ?? [])
})
afterAll(() => cluster.close())

test('the shipped role is enough for a whole rollout', async () => {
  const { rollout, controller } = await given('whole')
  await rollout.reaches({ phase: 'Initialized' })
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Succeeded' })
  expect(controller.output()).not.toContain('forbidden')
})

test('without the right to list VirtualServices only the canaries that need them wait', async () => {
  const { rollout, controller } = await given('routeless')
  const other = givenRollout(cluster, {
    namespace: 'routeless',
    name: 'plain',
    spec: { provider: 'kubernetes' },
  })

  await other.reaches({ phase: 'Initialized' })

  await rollout.hears(
    /^Warning virtualservices.networking.istio.io is forbidden: User "routeless" cannot list .*; grant the controller get, list and watch on virtualservices.networking.istio.io$/m,
  )
  other.setImage('podinfo:6.0.1')
  await other.reaches({ phase: 'Succeeded' })
  expect(rollout.events()).toHaveLength(1)
  expect(controller.output()).not.toContain('"defect"')
})

test('a deleted canary that cannot be handed back for want of a right says how it is let go', async () => {
  const outside = await givenOutside()
  const rollout = givenRollout(cluster, {
    namespace: 'routeless',
    name: 'held',
    spec: { revertOnDeletion: true },
    metadata: { finalizers: ['finalizer.flagger.app'] },
  })
  await startController({
    kubeconfig: cluster.kubeconfigFor('routeless'),
    flags: ['-namespace=routeless', `-metrics-server=${outside.url}`],
  })
  await rollout.hears(/cannot list/)

  const at = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: 'routeless' }
  cluster.store.delete({ ...at, name: 'held' })

  await rollout.hears(
    /cannot list .*; until then nothing can be handed back, and the canary is not let go; to let it go as it is, remove finalizer.flagger.app from its finalizers$/m,
  )
  expect(rollout.canary()).toBeDefined()
  cluster.store.patch(
    { ...at, name: 'held' },
    { metadata: { finalizers: null } },
    { type: 'merge' },
  )
})

test('a write that is forbidden is told once, with the right that is missing', async () => {
  const { rollout, controller } = await given('writeless')

  await rollout.hears(
    /^Warning the API server refused: deployments.apps .*is forbidden: User "writeless" cannot create .*; grant the controller this right, as its ClusterRole does$/m,
  )
  await controller.said(/API server refused.*cannot create/)
  expect(rollout.events().filter((text) => text.includes('refused'))).toHaveLength(1)
})

test('a controller that may write no events says in its log what it would have told', async () => {
  const { rollout, controller } = await given('eventless')

  await rollout.reaches({ phase: 'Initialized' })

  await controller.said(/events cannot be written/)
  await controller.said(/Initialization done/)
})

test('a controller that may not list canaries ends with the reason', async () => {
  const { controller } = await given('kindless')

  expect(await controller.ended).toBe(1)
  expect(controller.output()).toMatch(
    /canaries.flagger.app is forbidden: User \\"kindless\\" cannot list/,
  )
  expect(controller.output()).toMatch(/grant the controller what its ClusterRole lists/)
  expect(controller.output()).not.toMatch(/\n\s+at /)
})

async function given(account: string) {
  const outside = await givenOutside()
  const rollout = givenRollout(cluster, { namespace: account })
  const controller = await startController({
    kubeconfig: cluster.kubeconfigFor(account),
    flags: [`-namespace=${account}`, `-metrics-server=${outside.url}`],
  })
  return { rollout, controller }
}

function without(rule: Rule, resource: string): Rule[] {
  if (!rule.resources?.some((one) => one.startsWith(resource))) return [rule]
  const rest = rule.resources.filter((one) => !one.startsWith(resource))
  return rest.length > 0 ? [{ ...rule, resources: rest }] : []
}

function bind(name: string, rules: Rule[]): void {
  const group = 'rbac.authorization.k8s.io'
  const metadata = { name }
  const apiVersion = `${group}/v1`
  cluster.store.create({ apiVersion, kind: 'ClusterRole', metadata, rules } as KubeObject)
  const roleRef = { apiGroup: group, kind: 'ClusterRole', name }
  const subjects = [{ apiGroup: group, kind: 'User', name }]
  const binding = { apiVersion, kind: 'ClusterRoleBinding', metadata, roleRef, subjects }
  cluster.store.create(binding as KubeObject)
}

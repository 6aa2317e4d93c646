/**
 * A cluster in whose objects every text is hostile. Its definitions are those of somebody who lets
 * anything stand anywhere, as those of another release may.
 */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { CanaryStatus, Phase } from '../../../src/canary/api.gen.ts'
import type { KubeObject } from '../../../src/objects.ts'
import { merged } from '../../scenarios/scenario.ts'
import { type CanaryObject, canaryObject } from '../../support/canary-object.ts'
import {
  analysis,
  byIstio,
  rollout,
  service,
  template95,
} from '../../unit/drafts/rollout/rollout-objects.ts'
import { startCluster, type TestCluster } from './cluster.ts'
import { filled, type Schema } from './filled.ts'
import { eventObject, virtualService, workloads } from './objects.ts'

/** Commands for a shell, ends of lines, codes of terminals, and marks that turn the writing. */
export const hostile = `';touch pwned;$(id)\u001b[31m\r\n${'NEXT'}\u202e\u009b2J\u007f\t"x\u061c\u2028\u{e0041}\u001b]0;owned\u0007`

const schemas = {
  Canary: 'canary',
  AlertProvider: 'alertprovider',
  MetricTemplate: 'metrictemplate',
}

function schemaOf(kind: keyof typeof schemas): { spec: Schema; status: Schema } {
  const file = new URL(`../../../crds/${schemas[kind]}.yaml`, import.meta.url)
  const { spec } = parse(readFileSync(file, 'utf8'))
  return spec.versions[0].schema.openAPIV3Schema.properties
}

/** A status in which a run is under way, or was, with texts everywhere. */
function statusIn(phase: Phase, now: string): CanaryStatus {
  const status = filled(schemaOf('Canary').status, hostile) as CanaryStatus
  const history = status.history?.map((one) => ({ ...one, endedAt: now }))
  return {
    ...status,
    phase,
    canaryWeight: 20,
    lastTransitionTime: now,
    ...(history && { history }),
  }
}

/** Names of the canaries, by what is hostile about them. */
export const canaries = ['sound', 'failed', 'waiting', 'unsound'] as const

/** A Canary with hostile texts at the places where they leave it sound. */
function soundCanary(name: string, status: CanaryStatus): CanaryObject {
  const metric = { name: hostile, query: hostile, thresholdRange: { min: 1 } }
  const hook = (type: string) => ({
    name: hostile,
    type,
    url: 'http://hook/',
    metadata: { a: hostile },
  })
  const webhooks = ['rollout', 'confirm-promotion', 'confirm-rollout', 'rollback'].map(hook)
  const alerts = [{ name: hostile, providerRef: { name: 'hostile' } }]
  const annotations = {
    'flagger.app/pause': JSON.stringify({ id: '1', reason: hostile, by: hostile }),
    'example.com/note': hostile,
  }
  const service = { port: 9898, hosts: [hostile], gateways: [hostile] }
  const analysis = { metrics: [metric], webhooks, alerts }
  return canaryObject({ name, status, annotations, analysis, spec: { service } })
}

/** One of which the schema alone decides what stands in it. */
function unsoundCanary(status: CanaryStatus): KubeObject {
  const base = canaryObject({ name: 'unsound', status })
  const spec = filled(schemaOf('Canary').spec, hostile) as { service: object }
  const { targetRef } = base.spec as { targetRef: object }
  return { ...base, spec: { ...spec, provider: 'istio', targetRef } } as KubeObject
}

function other(kind: 'AlertProvider' | 'MetricTemplate'): KubeObject {
  const spec = filled(schemaOf(kind).spec, hostile)
  const metadata = { name: 'hostile', namespace: 'test' }
  return { apiVersion: 'flagger.app/v1beta1', kind, metadata, spec } as KubeObject
}

/** What runs for a canary, with images and reasons that are hostile too. */
function runningFor(name: string): KubeObject[] {
  const all = workloads({ name, image: `${hostile}:2`, promoted: `${hostile}:1`, replicas: 1 })
  const waiting = { waiting: { reason: hostile, message: hostile } }
  const containerStatuses = [{ name: hostile, ready: false, restartCount: 1, state: waiting }]
  return all.map((object) =>
    object.kind === 'Pod'
      ? merged(object, { status: { containerStatuses, message: hostile } })
      : object,
  )
}

/** The same with every text but kinds hostile, and a field of a hostile name. */
function poisoned(object: KubeObject): KubeObject {
  const kept = ['apiVersion', 'kind']
  const text = JSON.stringify(object, (key, value) => {
    if (typeof value === 'string') return kept.includes(key) ? value : hostile
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isMap ? { ...value, [hostile]: [hostile] } : value
  })
  // What JSON was made of is an object again.
  return JSON.parse(text) as KubeObject
}

const rollouts = [rollout({ canary: { ...byIstio, analysis } }), rollout({ blueGreen: byIstio })]
const named = { name: 'named', labels: { team: hostile }, annotations: { note: hostile } }

/** What Argo Rollouts has: with hostile names, and with names that its server takes. */
export const hostileRollouts: readonly KubeObject[] = [
  ...[...rollouts, template95(), service('shop-stable')].map(poisoned),
  ...rollouts.map((one) => ({ ...poisoned(one), metadata: named })),
]

const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

/** Lets anything stand in the kinds of this project, as definitions of another release may. */
export function leaveAllFree({ server: { store } }: TestCluster): void {
  const of = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' }
  for (const plural of ['canaries', 'metrictemplates', 'alertproviders'])
    store.modify<Definition>({ ...of, name: `${plural}.flagger.app` }, ({ spec }) => {
      for (const version of spec.versions) version.schema = { openAPIV3Schema: anything }
    })
}

interface Definition extends KubeObject {
  spec: { versions: { schema: object }[] }
}

export async function startHostileCluster(): Promise<TestCluster> {
  const cluster = await startCluster()
  leaveAllFree(cluster)
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  const phases = { sound: 'Progressing', failed: 'Failed', waiting: 'WaitingPromotion' } as const
  for (const [name, phase] of Object.entries(phases))
    cluster.put(
      ...runningFor(name),
      soundCanary(name, statusIn(phase, now)),
      virtualService(name, 20),
    )
  cluster.put(unsoundCanary(statusIn('Progressing', now)))
  cluster.put(other('AlertProvider'), other('MetricTemplate'))
  for (const name of canaries)
    cluster.put(eventObject(name, now, { name: `${name}.1`, type: 'Warning', message: hostile }))
  return cluster
}

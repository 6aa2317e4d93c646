import type { KubeObject } from '../../src/objects.ts'
import { routerFor } from '../../src/routers/index.ts'
import { type Recording, type Scenario, type Step, scenarioOf } from '../conformance/recording.ts'

interface Named {
  kind: string
  name: string
}

/**
 * For each router with objects of its own a scenario, taken from a recording, in which a Canary
 * with `revertOnDeletion` is deleted, and the routing objects made for it go.
 */
export function deletions(recordings: readonly Recording[]): Scenario[] {
  const perRouter = new Map(
    recordings
      .filter((recording) => generatedRoutes(recording).length > 0)
      .map((recording) => [routerFor(recording.provider), recording]),
  )
  return [...perRouter.values()].map((recording) => ({
    ...scenarioOf(recording),
    name: `deletion-${recording.provider.replace(/[^a-z0-9]+/g, '-')}`,
    objects: recording.inputs.objects.map(reverting),
    steps: stepsOf(recording),
  }))
}

function stepsOf(recording: Recording): Step[] {
  const canary = recording.inputs.objects.find(({ kind }) => kind === 'Canary')
  const deleted = { kind: 'Canary', name: canary?.metadata.name ?? '' }
  return [
    { phase: 'Initialized' },
    { delete: deleted },
    { gone: deleted },
    ...generatedRoutes(recording).map((gone) => ({ gone })),
  ]
}

/** Routing objects of the recording that the scenario does not begin with. */
function generatedRoutes({ provider, inputs, states }: Recording): Named[] {
  const kinds = routerFor(provider).kinds.map(({ kind }) => kind)
  const given = inputs.objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`)
  const ids = Object.keys(states).filter((id) => !given.includes(id))
  return ids.flatMap((id) => {
    const [kind = '', name = ''] = id.split('/')
    return kinds.includes(kind) ? [{ kind, name }] : []
  })
}

function reverting(object: KubeObject): KubeObject {
  if (object.kind !== 'Canary') return object
  const { spec } = object as KubeObject & { spec: object }
  return { ...object, spec: { ...spec, revertOnDeletion: true } } as KubeObject
}

/**
 * The scenario of an Istio recording, with a Service that is there before the Canary, with alerts,
 * and with a traffic policy that changes: what the recordings do not touch.
 */
export function takeover(recordings: readonly Recording[]): Scenario {
  const recording = recordings.find(({ name }) => name === 'istio-canary')
  if (!recording) throw new Error('there is no recording istio-canary')
  const scenario = scenarioOf(recording)
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'podinfo' },
    spec: { selector: { app: 'podinfo' }, ports: [{ name: 'http', port: 9898 }] },
  }
  const alertProvider = {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'AlertProvider',
    metadata: { name: 'chat' },
    spec: { type: 'slack', address: '$STUB/chat', channel: 'general' },
  }
  const alerts = [{ name: 'chat', severity: 'info', providerRef: { name: 'chat' } }]
  return {
    ...scenario,
    name: 'takeover',
    objects: [service, alertProvider, ...scenario.objects],
    steps: [
      { patch: { kind: 'Canary', name: 'podinfo', body: { spec: { analysis: { alerts } } } } },
      { phase: 'Initialized' },
      {
        patch: {
          kind: 'Canary',
          name: 'podinfo',
          body: { spec: { service: { trafficPolicy: { tls: { mode: 'DISABLE' } } } } },
        },
      },
      ...scenario.steps.slice(1),
    ],
  }
}

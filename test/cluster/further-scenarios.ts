import type { KubeObject } from '../../src/objects.ts'
import { scenarioKind } from '../conformance/kinds.ts'
import { type Recording, type Scenario, type Step, scenarioOf } from '../conformance/recording.ts'
import { providerNamed } from '../support/providers.ts'

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
      .map((recording) => [providerNamed(recording.provider), recording]),
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
  const kinds = providerNamed(provider).kinds.map(({ plural }) => plural)
  const given = inputs.objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`)
  const ids = Object.keys(states).filter((id) => !given.includes(id))
  return ids.flatMap((id) => {
    const [kind = '', name = ''] = id.split('/')
    return kinds.includes(scenarioKind(kind).plural) ? [{ kind, name }] : []
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
  const scenario = scenarioNamed(recordings, 'istio-canary')
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

/**
 * An NGINX recording whose Canary, once it is set up, refers to other objects of the same kinds:
 * they are looked up one by one, as their kinds are followed already.
 */
export function otherReferences(recordings: readonly Recording[]): Scenario {
  const scenario = scenarioNamed(recordings, 'nginx-canary')
  const ingress = scenario.objects.find(({ kind }) => kind === 'Ingress')
  if (!ingress) throw new Error('the recording nginx-canary has no Ingress')
  return {
    ...scenario,
    name: 'other-references',
    objects: [
      ...['one', 'two'].flatMap(references),
      { ...ingress, metadata: { ...ingress.metadata, name: 'two' } },
      ...scenario.objects,
    ],
    steps: [
      { patch: { kind: 'Canary', name: 'podinfo', body: { spec: referring('one') } } },
      { phase: 'Initialized' },
      {
        patch: {
          kind: 'Canary',
          name: 'podinfo',
          body: { spec: { ...referring('two'), ingressRef: { name: 'two' } } },
        },
      },
      ...scenario.steps.slice(1),
    ],
  }
}

function references(name: string): KubeObject[] {
  const of = (kind: string, spec: object) => ({
    apiVersion: 'flagger.app/v1beta1',
    kind,
    metadata: { name },
    spec,
  })
  const provider = { type: 'prometheus', address: '$STUB' }
  return [
    of('MetricTemplate', { provider, query: 'up' }),
    of('AlertProvider', { type: 'slack', address: '$STUB/chat', channel: 'general' }),
  ]
}

function referring(name: string) {
  const ref = { name }
  return {
    analysis: {
      alerts: [{ name: 'chat', severity: 'info', providerRef: ref }],
      metrics: [{ name: 'up', templateRef: ref, thresholdRange: { max: 500 } }],
    },
  }
}

/**
 * An Istio recording to whose canary two more come, whose objects are of kinds that are followed
 * already; a Service and routes of the user's stand where those of the third belong, since before
 * the controller started. They get autoscalers that are not there, and the second of each kind is looked for where the kind is followed already.
 */
export function newcomers(recordings: readonly Recording[]): Scenario {
  const scenario = scenarioNamed(recordings, 'istio-canary')
  const kinds = ['HorizontalPodAutoscaler', 'ScaledObject'] as const
  const names = ['second', 'third']
  const told = (name: string, kind: string) => ({
    event: `canary ${name}\\..*${kind} ${name}\\..*get query error.*not found; create it`,
  })
  return {
    ...scenario,
    name: 'newcomers',
    objects: [...inTheWayOf('third'), ...scenario.objects],
    steps: [
      { phase: 'Initialized' },
      ...names.flatMap((name) => copiesOf(scenario.objects, name).map((apply) => ({ apply }))),
      { expect: names.map((name) => ({ kind: 'Canary', name, status: { phase: 'Initialized' } })) },
      ...kinds.flatMap((kind) =>
        names.flatMap((name) => {
          const autoscalerRef = { apiVersion: scenarioKind(kind).apiVersion, kind, name }
          const patch = { kind: 'Canary', name, body: { spec: { autoscalerRef } } }
          return [{ patch }, told(name, kind)]
        }),
      ),
    ],
  }
}

/** What the user has in the place of generated objects; it is read when the Canary comes. */
function inTheWayOf(name: string): KubeObject[] {
  const of = (apiVersion: string, kind: string, objectName: string, spec: object) => ({
    apiVersion,
    kind,
    metadata: { name: objectName },
    spec,
  })
  const istio = 'networking.istio.io/v1beta1'
  return [
    of('v1', 'Service', name, {
      selector: { app: name },
      ports: [{ name: 'http', port: 9898, targetPort: 9898 }],
    }),
    of(istio, 'VirtualService', name, {
      hosts: [name],
      http: [{ route: [{ destination: { host: name } }] }],
    }),
    of(istio, 'DestinationRule', `${name}-primary`, { host: `${name}-primary` }),
  ]
}

/** Fields of routing objects that no rollout changes: somebody does, and they come back. */
export function repairs(recordings: readonly Recording[]): Scenario[] {
  const repaired = (name: string, fields: readonly Field[]) => ({
    ...scenarioNamed(recordings, `${name}-canary`),
    name: `repaired-${name}`,
    steps: [
      { phase: 'Initialized' },
      ...fields.flatMap(({ is, but, ...of }) => [
        { patch: { ...of, body: { spec: but } } },
        { expect: [{ ...of, spec: is }] },
      ]),
    ],
  })
  const hostname = (host: string) => ({ serviceDiscovery: { dns: { hostname: host } } })
  const router = (name: string) => ({ provider: { virtualRouter: { virtualRouterRef: { name } } } })
  const service = (serviceName: string) => ({ kube: { serviceName } })
  return [
    repaired('appmesh2', [
      {
        ...{ kind: 'AppMeshVirtualNode', name: 'podinfo-primary' },
        ...{ is: hostname('podinfo-primary.$NS.svc.cluster.local.'), but: hostname('elsewhere.') },
      },
      {
        ...{ kind: 'AppMeshVirtualService', name: 'podinfo' },
        ...{ is: router('podinfo'), but: router('elsewhere') },
      },
    ]),
    repaired('gloo', [
      {
        ...{ kind: 'Upstream', name: '$NS-podinfo-primaryupstream-9898' },
        ...{ is: service('podinfo-primary'), but: service('elsewhere') },
      },
    ]),
  ]
}

interface Field extends Named {
  is: object
  but: Record<string, unknown>
}

/** The recording with an autoscaler, which somebody edits while no run is on, and in one. */
export function editedAutoscaler(recordings: readonly Recording[]): Scenario {
  const scenario = scenarioNamed(recordings, 'k8s-bluegreen')
  const [kind, name] = ['HorizontalPodAutoscaler', 'podinfo']
  const edited = (maxReplicas: number) => ({
    patch: { kind, name, body: { spec: { maxReplicas } } },
  })
  const has = (maxReplicas: number) => ({
    expect: [{ kind, name: 'podinfo-primary', spec: { minReplicas: 3, maxReplicas } }],
  })
  const autoscalerRef = { primaryScalerReplicas: { minReplicas: 3 } }
  return {
    ...scenario,
    name: 'edited-autoscaler',
    steps: [
      { phase: 'Initialized' },
      { patch: { kind: 'Canary', name, body: { spec: { autoscalerRef } } } },
      has(4),
      edited(6),
      has(6),
      // The real controller scales the primary to its minimum, which nobody takes back.
      { expect: [{ kind: 'Deployment', name: 'podinfo-primary', spec: { replicas: 3 } }] },
      { image: 'stefanprodan/podinfo:6.0.1' },
      { phase: 'Progressing' },
      edited(8),
      { phase: 'Succeeded' },
      has(8),
      {
        expect: [
          { kind: 'Deployment', name: 'podinfo-primary', spec: { replicas: 3 } },
          { kind: 'Deployment', name, spec: { replicas: 0 } },
        ],
      },
    ],
  }
}

/** Target and Canary under another name. */
function copiesOf(objects: readonly KubeObject[], name: string): KubeObject[] {
  const wanted = objects.filter(({ kind }) => kind === 'Deployment' || kind === 'Canary')
  return wanted.map((object) => {
    const text = JSON.stringify(object)
    return JSON.parse(text.replaceAll('"podinfo"', JSON.stringify(name))) as KubeObject
  })
}

function scenarioNamed(recordings: readonly Recording[], wanted: string): Scenario {
  const recording = recordings.find(({ name }) => name === wanted)
  if (!recording) throw new Error(`there is no recording ${wanted}`)
  return scenarioOf(recording)
}

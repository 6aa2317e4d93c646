import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import { originalConfiguration } from '../../../../src/routers/original.ts'
import {
  apexService,
  podServices,
  restoreServices,
  serviceReads,
} from '../../../../src/routers/services/services.ts'
import { plainFacts } from '../../../../src/workloads/plain-facts.ts'
import { type ContextOf, contextOf, restored } from '../../../conformance/routers/fixtures.ts'

const owner = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'podinfo', uid: 'u' }
const flux = {
  'kustomize.toolkit.fluxcd.io/reconcile': 'disabled',
  'helm.toolkit.fluxcd.io/driftDetection': 'disabled',
}
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

interface Service extends KubeObject {
  spec: Record<string, unknown>
}

const userService: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'podinfo', namespace: 'test', labels: { team: 'shop' } },
  spec: {
    type: 'LoadBalancer',
    clusterIP: '10.0.0.7',
    selector: { app: 'podinfo', tier: 'web' },
    ports: [{ port: 80, protocol: 'TCP', targetPort: 8080, nodePort: 30080 }],
  },
}

const apexOf = (of: ContextOf = {}) => apexService(contextOf(of))[0] as Service

function ownedService(of: ContextOf = {}, change: Partial<KubeObject['metadata']> = {}): Service {
  const service = apexOf(of)
  return { ...service, metadata: { ...service.metadata, ...change } }
}

test('canary and primary Service are told apart by their selectors', () => {
  const services = podServices(contextOf()) as Service[]
  expect(services.map(({ metadata, spec }) => [metadata.name, spec.selector])).toEqual([
    ['podinfo-canary', { app: 'podinfo' }],
    ['podinfo-primary', { app: 'podinfo-primary' }],
  ])
  expect(apexOf().spec.selector).toEqual({ app: 'podinfo-primary' })
})

test('the selector follows the label of the target, the names follow the Service', () => {
  const facts = plainFacts('web', 'app.kubernetes.io/name')
  const apex = apexOf({ facts, spec: { service: { port: 80, name: 'shop' } } })
  expect(apex.metadata).toMatchObject({
    name: 'shop',
    labels: { 'app.kubernetes.io/name': 'shop' },
  })
  expect(apex.spec.selector).toEqual({ 'app.kubernetes.io/name': 'web-primary' })
})

describe('an existing Service', () => {
  const ports = [
    { name: 'web', port: 80, protocol: 'TCP', targetPort: 'web' },
    { name: 'metrics', port: 9090, protocol: 'TCP', targetPort: 'metrics' },
  ]
  const found = { ...userService, spec: { ...userService.spec, ports } } as Service

  test('has the same ports under the same names afterwards, and so have the generated ones', () => {
    const context = contextOf({ cluster: [found] })
    for (const service of [...podServices(context), ...apexService(context)] as Service[])
      expect(service.spec.ports).toEqual(ports)
  })

  test('keeps a port of its own that is named like one of the generated Services', () => {
    const own = { name: 'admin', port: 7000, protocol: 'TCP', targetPort: 7000 }
    const strange: Service = {
      ...found,
      metadata: { ...found.metadata, name: 'podinfo-canary' },
      spec: { ...found.spec, ports: [own] },
    }
    const [canary] = podServices(contextOf({ cluster: [strange] })) as Service[]
    expect(canary?.spec.ports).toEqual([
      { name: 'http', port: 80, protocol: 'TCP', targetPort: 80 },
      own,
    ])
  })
})

describe('a container port of a new version', () => {
  const offered = { byTarget: ['http', 8080, 'web', 9000], byPrimary: ['http', 8080] }
  const facts = { offered }
  const service = (targetPort: string | number) => ({ service: { port: 80, targetPort } })
  const live = apexOf({ facts, spec: service('http') })

  test.each(['web', 9000])('%s waits at the primary until that has it', (targetPort) => {
    const of = { spec: service(targetPort), cluster: [live] }
    const during = apexOf({ ...of, facts })
    expect(during.spec.ports).toEqual(live.spec.ports)
    const [canary] = podServices(contextOf({ ...of, facts })) as Service[]
    expect(canary?.spec.ports).toMatchObject([{ targetPort }])
    const promoted = { offered: { ...offered, byPrimary: offered.byTarget } }
    expect(apexOf({ ...of, facts: promoted }).spec.ports).toMatchObject([{ targetPort }])
  })

  test('is used at once where nothing says that it is new', () => {
    const changed = apexOf({ spec: service(7000), cluster: [live], facts })
    expect(changed.spec.ports).toMatchObject([{ targetPort: 7000 }])
  })

  test('is discovered on the canary first', () => {
    const port = { port: 9000, targetPort: 9000, protocol: 'TCP' }
    const ports = { discoveredPorts: [{ ...port, name: 'new' }], primaryPorts: [] }
    const [canary, primary] = podServices(contextOf({ facts: ports })) as Service[]
    expect(canary?.spec.ports).toMatchObject([{ name: 'http' }, { name: 'new' }])
    expect(primary?.spec.ports).toMatchObject([{ name: 'http' }])
  })
})

describe('a target that shares a label with another component', () => {
  const label = 'app.kubernetes.io/name'
  const component = { 'app.kubernetes.io/component': 'api' }
  const facts = {
    selectorKey: label,
    targetLabels: { [label]: 'orders', ...component },
    primaryLabels: { [label]: 'orders-primary', ...component },
  }
  const wide = { ...facts, primaryLabels: { [label]: 'orders-primary' } }

  test('has Services that select its own pods and those of its primary only', () => {
    const [canary, primary] = podServices(contextOf({ facts })) as Service[]
    expect(canary?.spec.selector).toEqual(facts.targetLabels)
    expect(primary?.spec.selector).toEqual(facts.primaryLabels)
    expect(apexOf({ facts }).spec.selector).toEqual(facts.primaryLabels)
  })

  test('is given back what selects its own pods only', () => {
    const spec = { ...userService.spec, selector: { [label]: 'orders-primary' } }
    const cluster = [{ ...userService, spec } as Service]
    const [service] = restoreServices(contextOf({ facts, cluster })).write as Service[]
    expect(service?.spec.selector).toEqual(facts.targetLabels)
  })

  test('has a primary of Flagger told apart by the labels that all of its pods have', () => {
    const furtherLabels = { labels: component, areOnAll: true }
    const narrow = apexOf({ facts: { ...wide, furtherLabels } })
    expect(narrow.spec.selector).toEqual(facts.primaryLabels)
  })

  test('loses no endpoint while old pods of the primary may lack the labels', () => {
    const furtherLabels = { labels: component, areOnAll: false }
    const during = { ...wide, furtherLabels }
    const before = apexOf({ facts: during })
    expect(before.spec.selector).toEqual(wide.primaryLabels)
    const narrow = apexOf({
      facts: { ...wide, furtherLabels: { ...furtherLabels, areOnAll: true } },
    })
    const still = apexOf({ facts: during, cluster: [narrow] })
    expect(still.spec.selector).toEqual(facts.primaryLabels)
  })
})

test('a target of kind Service gets no Services', () => {
  const context = contextOf({ targetKind: 'Service', cluster: [userService] })
  expect(serviceReads(context.canary)).toEqual([])
  expect(podServices(context)).toEqual([])
  expect(apexService(context)).toEqual([])
  expect(restoreServices(context)).toEqual({ write: [], remove: [] })
})

test('an unchanged Service is given as it was found', () => {
  const found = ownedService({}, { resourceVersion: '7' })
  const live = { ...found, spec: { ...found.spec, sessionAffinity: 'None', clusterIP: '10.1.1.1' } }
  expect(apexOf({ cluster: [live] })).toEqual(live)
})

test('on a Service of ours foreign metadata stays, an unmanaged value too, and ours come back', () => {
  const found = ownedService(
    {},
    { labels: { seen: 'yes', cost: '17', a: 'x' }, annotations: { x: 'y' } },
  )
  const spec = {
    service: {
      port: 80,
      apex: { labels: { a: 'b', cost: '1' } },
      unmanagedMetadata: { labels: ['cost'] },
    },
  }
  const { metadata } = apexOf({ spec, cluster: [found] })
  expect(metadata.labels).toEqual({
    'app.kubernetes.io/managed-by': 'flagger',
    a: 'b',
    app: 'podinfo',
    cost: '17',
    seen: 'yes',
  })
  expect(metadata.annotations).toMatchObject({ ...flux, x: 'y' })
})

test('what the Canary no longer says of a Service of ours goes, and what others say stays', () => {
  const apex = { labels: { a: 'b' }, annotations: { note: 'one' } }
  const before = apexOf({ spec: { service: { port: 80, apex } } })
  const labels = { ...before.metadata.labels, cloud: 'yes' }
  const live = { ...before, metadata: { ...before.metadata, labels } }
  expect(apexOf({ cluster: [live] }).metadata).toMatchObject({
    labels: { app: 'podinfo', cloud: 'yes' },
    annotations: flux,
  })
  expect(JSON.stringify(apexOf({ cluster: [live] }).metadata)).not.toMatch(/note|"a"/)
})

test('what kubectl applied to a Service of ours stays noted there', () => {
  const found = ownedService({}, { annotations: { ...flux, [lastApplied]: '{}' } })
  expect(apexOf({ cluster: [found] })).toEqual(found)
})

test('an owned Service of another Canary is nobody to correct the metadata of', () => {
  const other = [{ ...owner, name: 'other', controller: true }]
  const found = ownedService({}, { labels: { seen: 'yes' }, ownerReferences: other })
  expect(apexOf({ cluster: [found] }).metadata.labels).toEqual({ seen: 'yes' })
})

test('a Service of the user keeps all but its selector; a port gets a name for the others', () => {
  const taken = apexOf({ cluster: [userService] })
  expect(taken.metadata.labels).toEqual({ team: 'shop' })
  expect(taken.metadata.annotations).toMatchObject(flux)
  expect(taken.metadata.ownerReferences).toBeUndefined()
  expect(taken.spec).toEqual({
    type: 'LoadBalancer',
    clusterIP: '10.0.0.7',
    selector: { app: 'podinfo-primary' },
    ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080, nodePort: 30080 }],
  })
})

test('a Service of the user that needs no change gets none', () => {
  const { selector, ports } = apexOf().spec
  const found = { ...userService, spec: { ...userService.spec, selector, ports } }
  expect(apexOf({ cluster: [found] })).toBe(found)
})

test('a later change does not replace the remembered original', () => {
  const taken = apexOf({ cluster: [userService] })
  const again = apexOf({ cluster: [taken], spec: { service: { port: 81 } } })
  const key = originalConfiguration
  expect(again.spec.ports).not.toEqual(taken.spec.ports)
  expect(again.metadata.annotations?.[key]).toBe(taken.metadata.annotations?.[key])
})

test('restoring brings back the Service as it was before', () => {
  const taken = apexOf({ cluster: [userService] })
  const restoration = restoreServices(contextOf({ cluster: [taken] }))
  expect(restored([taken], restoration)).toEqual([userService])
})

test('restoring takes back where traffic is to go, where the Canary says it', () => {
  const spec = { service: { port: 80, trafficDistribution: 'PreferClose' } } as const
  const taken = apexOf({ spec, cluster: [userService] })
  expect(taken.spec.trafficDistribution).toBe('PreferClose')
  const restoration = restoreServices(contextOf({ spec, cluster: [taken] }))
  expect(restored([taken], restoration)).toEqual([userService])
  const users = { ...userService, spec: { ...userService.spec, trafficDistribution: 'X' } }
  const kept = restoreServices(contextOf({ cluster: [apexOf({ cluster: [users] })] }))
  expect(kept.write).toMatchObject([{ spec: { trafficDistribution: 'X' } }])
})

test('restoring prefers what the user applied', () => {
  const manifest = { spec: { selector: { app: 'podinfo' }, ports: [{ port: 80, targetPort: 9 }] } }
  const annotations = { [lastApplied]: JSON.stringify(manifest) }
  const found = { ...userService, metadata: { ...userService.metadata, annotations } }
  const taken = apexOf({ cluster: [found] })
  const [service] = restoreServices(contextOf({ cluster: [taken] })).write as Service[]
  expect(service?.metadata.annotations).toEqual(annotations)
  expect(service?.spec).toMatchObject({
    selector: { app: 'podinfo' },
    ports: [{ port: 80, targetPort: 9, nodePort: 30080 }],
  })
})

test('an apex that Flagger took over selects the target again', () => {
  const spec = { ...userService.spec, selector: { app: 'podinfo-primary' } }
  const metadata = { ...userService.metadata, annotations: flux }
  const [service] = restoreServices(
    contextOf({ cluster: [{ ...userService, metadata, spec } as Service] }),
  ).write as Service[]
  expect(service?.spec.selector).toEqual({ app: 'podinfo' })
  expect(service?.metadata.annotations).toBeUndefined()
})

test('Services of ours, missing ones and untouched ones need no restoration', () => {
  const nothing = { write: [], remove: [] }
  expect(restoreServices(contextOf({ cluster: [apexOf()] }))).toEqual(nothing)
  expect(restoreServices(contextOf())).toEqual(nothing)
  expect(restoreServices(contextOf({ cluster: [userService] }))).toEqual(nothing)
})

test.each(['{', '[]', 'null'])('an original that reads %j is refused by name', (text) => {
  const annotations = { [lastApplied]: text }
  const found = { ...userService, metadata: { ...userService.metadata, annotations } }
  expect(() => restoreServices(contextOf({ cluster: [found] }))).toThrow(
    /^Service podinfo\.test failed to unMarshal annotation kubectl/,
  )
})

test('what Flagger made of a Service is not remembered as its original', () => {
  const spec = { ...userService.spec, selector: { app: 'podinfo-primary' } }
  const taken = apexOf({ cluster: [{ ...userService, spec } as Service] })
  expect(taken.metadata.annotations).toEqual(flux)
})

const discoveredPort = fc.record({
  name: fc.constantFrom('http', 'grpc', 'metrics', 'admin'),
  port: fc.integer({ min: 78, max: 83 }),
  protocol: fc.constantFrom('TCP', 'UDP'),
})

test('whatever ports a target offers, the Service is one that the API server takes, for good', () => {
  fc.assert(
    fc.property(fc.array(discoveredPort), fc.boolean(), (ports, isTaken) => {
      const discoveredPorts = ports.map((port) => ({ ...port, targetPort: port.port }))
      const facts = { discoveredPorts }
      const first = apexOf({ facts, cluster: isTaken ? [userService] : [] })
      const live = first.spec.ports as { name: string; port: number; protocol: string }[]
      expect(new Set(live.map(({ name }) => name)).size).toBe(live.length)
      expect(new Set(live.map(({ port, protocol }) => `${port}${protocol}`)).size).toBe(live.length)
      expect(apexOf({ facts, cluster: [first] })).toEqual(first)
    }),
  )
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  apexService,
  podServices,
  restoreServices,
  serviceReads,
} from '../../../../src/routers/services/services.ts'
import { plainFacts } from '../../../../src/workloads/plain-facts.ts'
import { contextOf } from '../../../conformance/routers/fixtures.ts'
import { apexOf, ownedService, type Service, userService } from './apex.ts'

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

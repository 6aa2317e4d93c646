/** Services of users and of Flagger: what is kept, remembered and given back. */
import { expect, test } from 'vitest'
import { originalConfiguration } from '../../../../src/routers/original.ts'
import { restoreServices } from '../../../../src/routers/services/services.ts'
import { contextOf, restored } from '../../../conformance/routers/fixtures.ts'
import { apexOf, ownedService, type Service, userService } from './apex.ts'

const owner = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'podinfo', uid: 'u' }

const flux = {
  'kustomize.toolkit.fluxcd.io/reconcile': 'disabled',
  'helm.toolkit.fluxcd.io/driftDetection': 'disabled',
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

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

test('an original whose ports are no list is refused by name, rather than written', () => {
  const annotations = { [lastApplied]: JSON.stringify({ spec: { ports: { http: 80 } } }) }
  const found = { ...userService, metadata: { ...userService.metadata, annotations } }
  expect(() => restoreServices(contextOf({ cluster: [found] }))).toThrow(
    'service podinfo.test: the original configuration in its annotations has no list of ports; ' +
      'correct or remove the annotation',
  )
})

test('what Flagger made of a Service is not remembered as its original', () => {
  const spec = { ...userService.spec, selector: { app: 'podinfo-primary' } }
  const taken = apexOf({ cluster: [{ ...userService, spec } as Service] })
  expect(taken.metadata.annotations).toEqual(flux)
})

import { expect, test } from 'vitest'
import { leadsRequests, movesTraffic } from '../../../../src/routers/derived/traffic-fields.ts'
import { routerFor } from '../../../../src/routers/index.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import { differences, pathText } from '../../../../src/writes/fields.ts'
import { contextOf, fixtures } from '../../../conformance/routers/fixtures.ts'

const routes: Routes = { primary: 70, canary: 30, mirrored: false }
const before: Routes = { primary: 80, canary: 20, mirrored: false }

/** Which of the fields that differ send users elsewhere, after this edit of what is live. */
function moving(provider: string, edit: (object: { spec: unknown; metadata: object }) => void) {
  const { spec = {}, cluster = [] } = fixtures[provider] ?? {}
  const context = contextOf({ provider, spec, cluster })
  const router = routerFor(context.canary.provider)
  const wanted = router.render(context, routes).at(-1)
  const live = structuredClone(router.render(context, before).at(-1))
  if (!wanted || !live) throw new Error('nothing is rendered')
  edit(Object.assign(live, { spec: Object(live).spec }))
  return differences(live, wanted)
    .filter((field) => movesTraffic({ router, context }, wanted, field))
    .map(({ path }) => pathText(path))
}

test('weights and rules move traffic, timeouts, labels and notes do not', () => {
  const moved = moving('istio', (object) => {
    const { http } = object.spec as { http: Record<string, unknown>[] }
    Object.assign(http[0] ?? {}, { timeout: '1s', match: [{ uri: { prefix: '/x' } }] })
    Object.assign(object.metadata, { labels: { seen: 'yes' } })
  })
  expect(moved).toEqual([
    'spec.http[0].match[0].uri.prefix',
    'spec.http[0].route[0].weight',
    'spec.http[0].route[1].weight',
  ])
})

test('a weight without which the routes can not be read moves traffic', () => {
  const context = contextOf({ provider: 'contour' })
  const router = routerFor('contour')
  const [wanted] = router.render(context, { primary: 100, canary: 0, mirrored: false })
  const live = structuredClone(wanted)
  if (!wanted || !live) throw new Error('nothing is rendered')
  const { routes: rules } = Object(live).spec as { routes: { services: { weight?: number }[] }[] }
  for (const { services } of rules) for (const to of services) delete to.weight
  const [field, ...others] = differences(live, wanted)
  if (!field) throw new Error('nothing differs')
  expect([pathText(field.path), ...others]).toEqual(['spec.routes[0].services[0].weight'])
  expect(movesTraffic({ router, context }, wanted, field)).toBe(true)
})

test.each([
  ['nginx', ['metadata.annotations[nginx.ingress.kubernetes.io/canary-weight]']],
  ['skipper', ['metadata.annotations[zalando.org/backend-weights]']],
])('of the annotations for %s those do that hold the weight', (provider, fields) => {
  const edit = ({ metadata }: { metadata: object }) =>
    Object.assign(metadata, { labels: { team: 'other' } })
  expect(moving(provider, edit)).toEqual(fields)
})

test('of a Service, selector, type and ports lead requests; how a port is spoken to does not', () => {
  const service = (spec: object, labels = {}) => ({ metadata: { labels }, spec })
  const port = { name: 'http', port: 80, targetPort: 80 }
  const wanted = service({ type: 'ClusterIP', selector: { app: 'web' }, ports: [port] })
  const leading = (live: object) =>
    differences(live, wanted)
      .filter(leadsRequests)
      .map(({ path }) => pathText(path))
  const spoken = { ...port, appProtocol: 'http' }
  const kept = { type: 'ClusterIP', selector: { app: 'web' }, ports: [spoken] }
  expect(leading(service({ ...kept, sessionAffinity: 'ClientIP' }, { team: 'x' }))).toEqual([])
  const other = { type: 'ExternalName', selector: { app: 'db' }, ports: [{ ...port, port: 81 }] }
  expect(leading(service(other))).toEqual(['spec.type', 'spec.selector.app', 'spec.ports[0].port'])
  expect(leading(service({ ...kept, ports: [port, port] }))).toEqual(['spec.ports'])
})

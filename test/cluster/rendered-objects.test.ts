/**
 * What routers write passes the provider's own definitions, and what the API server makes of it,
 * with its defaults, is not written again.
 */
import { expect } from 'vitest'
import type { Analysis, CanaryService, CanaryStatus } from '../../src/canary/api.gen.ts'
import { InvalidSpecError } from '../../src/errors.ts'
import type { KubeObject } from '../../src/objects.ts'
import type { Provider } from '../../src/routers/provider.ts'
import type { Routes } from '../../src/routers/router.ts'
import { contextOf, fixtures } from '../conformance/routers/fixtures.ts'
import { namedProviders } from '../support/providers.ts'
import { clusterTest } from './cluster-test.ts'
import type { Api } from './control-plane/api.ts'
import { providerDefinitions } from './provider-crds.ts'

interface Version {
  service?: Partial<CanaryService>
  analysis?: Partial<Analysis>
  status?: CanaryStatus
  routes: Routes
}

const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }
const split: Routes = { primary: 70, canary: 30, mirrored: false }
const toCanary: Routes = { primary: 0, canary: 100, mirrored: false }
const rich: Partial<CanaryService> = {
  hosts: ['a.example.com'],
  timeout: '5s',
  match: [{ uri: { prefix: '/a' } }, { headers: { h: { exact: '1' } } }],
  rewrite: { uri: '/b', authority: 'b.example.com' },
  headers: { request: { set: { a: 'b' }, remove: ['c'] }, response: { add: { d: 'e' } } },
  corsPolicy: { allowOrigin: ['https://a.example.com'], allowMethods: ['GET'] },
}
const sessionAffinity = { cookieName: 'version', primaryCookieName: 'stable' }
const status = {
  sessionAffinityCookie: 'version=abc',
  primarySessionAffinityCookie: 'stable=def',
  previousSessionAffinityCookie: 'version=old',
}

const versionsOf = (match: Analysis['match'] = []): Version[] => [
  { routes: toPrimary },
  { routes: split },
  { routes: toCanary, analysis: { iterations: 2, stepWeight: 0, match } },
  { routes: { ...toPrimary, mirrored: true }, analysis: { mirror: true, mirrorWeight: 40 } },
  { routes: split, analysis: { sessionAffinity }, status },
  { routes: toPrimary, analysis: { sessionAffinity }, status },
  { routes: split, service: rich, analysis: { sessionAffinity, match }, status },
  { routes: toPrimary, service: rich, analysis: { sessionAffinity }, status },
  {
    routes: split,
    service: { ...rich, match: [], rewrite: { uri: '/b', type: 'ReplacePrefixMatch' } },
  },
]

const groups = providerDefinitions.flatMap((one) => one.groups)

/** Of the router of one's own, which declares none, those of its example. */
const kindsOf = ({ kinds, shownAs }: Provider) =>
  shownAs === undefined
    ? kinds
    : [{ apiVersion: 'route.openshift.io/v1', kind: 'Route', plural: 'routes' }]

for (const [name, provider] of namedProviders) {
  const kinds = kindsOf(provider).filter(({ apiVersion }) => {
    return groups.some((group) => apiVersion.startsWith(`${group}/`))
  })
  if (kinds.length === 0) continue
  clusterTest(`what ${name} writes is taken as it is`, async ({ api, namespace }) => {
    const versions = versionsOf(fixtures[name]?.match)
    let written = 0
    for (const version of versions)
      written += await expectTaken({ name, provider, api, namespace }, version)
    expect(written).toBeGreaterThan(versions.length / 2)
  })
}

interface Place {
  name: string
  provider: Provider
  api: Api
  namespace: string
}

/** How many objects were written. */
async function expectTaken(place: Place, version: Version): Promise<number> {
  const { name, provider } = place
  const { spec = { service: { port: 80 } }, cluster = [] } = fixtures[name] ?? {}
  const found: KubeObject[] = []
  const render = () =>
    provider.router.render(
      contextOf({
        provider: name,
        spec: { ...spec, service: { port: 80, ...spec.service, ...version.service } },
        ...(version.analysis && { analysis: version.analysis }),
        ...(version.status && { status: version.status }),
        // An owner that is nowhere would have them collected.
        settings: { ownRoutes: false },
        cluster: [...cluster, ...found],
      }),
      version.routes,
    )
  const wanted = rendered(render)
  for (const object of wanted) found.push(await stored(place, object))
  expect(rendered(render).map(specOf), JSON.stringify(version)).toEqual(found.map(specOf))
  return found.length
}

/** None where the router says that it can't. */
function rendered(render: () => KubeObject[]): KubeObject[] {
  try {
    return render()
  } catch (error) {
    if (error instanceof InvalidSpecError) return []
    throw error
  }
}

const specOf = (object: KubeObject & { spec?: unknown }) => ({
  name: `${object.kind} ${object.metadata.name}`,
  spec: object.spec,
})

async function stored({ provider, api, namespace }: Place, object: KubeObject) {
  const { apiVersion, kind, metadata } = object
  const { plural } = kindsOf(provider).find((one) => one.kind === kind) ?? {}
  const url = `/apis/${apiVersion}/namespaces/${namespace}/${plural}`
  const before = await api.find<KubeObject>(`${url}/${metadata.name}`)
  const { resourceVersion } = before?.metadata ?? {}
  const body = {
    ...object,
    metadata: { ...metadata, namespace, ...(before && { resourceVersion }) },
  }
  const written = before
    ? await api.request<KubeObject>('PUT', `${url}/${metadata.name}`, body)
    : await api.request<KubeObject>('POST', url, body)
  return { ...written, metadata: { ...written.metadata, namespace: 'test' } }
}

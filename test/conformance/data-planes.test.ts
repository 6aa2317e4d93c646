/**
 * What users receive, by the provider's own data plane: it reads the objects that a router wrote
 * as the real one does, and knows nothing of the router. Objects that are a little wrong must show.
 */
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import type { Provider } from '../../src/routers/provider.ts'
import type { Routes } from '../../src/routers/router.ts'
import { planes } from '../../src/sandbox/planes.gen.ts'
import { seededRandom } from '../../src/sandbox/random.ts'
import type { Plane, Way } from '../../src/sandbox/traffic/plane.ts'
import { createUser } from '../../src/sandbox/traffic/users.ts'
import { namedProviders } from '../support/providers.ts'
import { type ContextOf, contextOf, type Fixture, fixtures } from './routers/fixtures.ts'

const called = { namespace: 'test', service: 'podinfo' }
const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }
const toCanary: Routes = { primary: 0, canary: 100, mirrored: false }

/** What people received: shares in percent of their requests. */
interface Received {
  canary: number
  copied: number
  lost: number
  /** Users who were on the canary once, and on the primary later. */
  strayed: number
}

interface Town {
  name: string
  plane: Plane
  provider: Provider
  fixture: Fixture
  /** Changes what the router wrote. */
  mutate?: (object: KubeObject) => KubeObject
}

/** What a router wrote for these routes, one after the other. */
function written(town: Town, of: ContextOf, steps: readonly Routes[]): KubeObject[] {
  const { name, provider, fixture, mutate = (object) => object } = town
  let found: KubeObject[] = fixture.cluster
  for (const routes of steps) {
    const context = contextOf({ provider: name, spec: fixture.spec, ...of, cluster: found })
    const objects = provider.router.render(context, routes)
    const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`)
    const others = found.filter(({ kind, metadata }) => !names.includes(`${kind}/${metadata.name}`))
    found = [...others, ...objects]
  }
  return found.map((object) => (fixture.cluster.includes(object) ? object : mutate(object)))
}

function receive(
  { plane }: Town,
  objects: readonly KubeObject[],
  headers: Readonly<Record<string, string>> = {},
): Received {
  const random = seededRandom(3)
  const road = plane.road(
    called,
    {
      list: <T extends KubeObject>(kind: { apiVersion: string; kind: string }) =>
        objects.filter((object) => object.kind === kind.kind) as T[],
    },
    { ingressAnnotationsPrefix: 'nginx.ingress.kubernetes.io' },
  )
  const users = Array.from({ length: 200 }, () => ({ user: createUser(headers), met: false }))
  const seen = { sent: 0, canary: 0, copied: 0, lost: 0, strayed: 0 }
  const send = (person: (typeof users)[number]) => {
    const way: Way = road?.(person.user.request(), random) ?? called
    const isCanary = way.service === 'podinfo-canary'
    seen.sent += 1
    seen.canary += Number(isCanary)
    seen.lost += Number(way.service === undefined)
    seen.copied += Number(way.copyTo === 'podinfo-canary')
    seen.strayed += Number(person.met && !isCanary)
    person.met ||= isCanary
    person.user.receive(way.setCookies ?? [])
  }
  for (let round = 0; round < 20; round++) for (const person of users) send(person)
  const percent = (count: number) => (100 * count) / seen.sent
  return {
    canary: percent(seen.canary),
    copied: percent(seen.copied),
    lost: percent(seen.lost),
    strayed: percent(seen.strayed),
  }
}

const about = (value: number, of: number) => Math.abs(value - of) < 3

/** The first promise that users would see broken; undefined where all are kept. */
function broken(town: Town): string | undefined {
  const abilities = town.provider.router.abilities(
    contextOf({ provider: town.name, spec: town.fixture.spec }),
  )
  if (!abilities.weights) return undefined
  for (const canary of [0, 5, 30, 70, 100]) {
    const routes = { primary: 100 - canary, canary, mirrored: false }
    // The first copy of some Ingresses takes no weight: a run begins with everybody on the primary.
    const received = receive(town, written(town, {}, [toPrimary, toPrimary, routes]))
    if (received.lost > 0) return `at ${canary} % requests are lost`
    if (!about(received.canary, canary)) return `at ${canary} % the canary gets ${received.canary}`
  }
  return brokenMirror(town) ?? brokenTest(town) ?? brokenAffinity(town)
}

function brokenMirror(town: Town): string | undefined {
  const of = { analysis: { mirror: true, mirrorWeight: 40 } }
  const context = contextOf({ provider: town.name, spec: town.fixture.spec, ...of })
  const { mirror, mirrorWeight } = town.provider.router.abilities(context)
  if (!mirror) return undefined
  const routes = { ...toPrimary, mirrored: true, mirrorWeight: 40 }
  const received = receive(town, written(town, of, [toPrimary, routes]))
  if (received.canary > 0) return 'users get answers of a canary that is mirrored to'
  if (!about(received.copied, mirrorWeight ? 40 : 100)) return `copied are ${received.copied} %`
  const off = receive(town, written(town, of, [toPrimary, routes, toPrimary]))
  return off.copied > 0 ? 'copies go on after the mirror was taken away' : undefined
}

function brokenTest(town: Town): string | undefined {
  const of = { analysis: { iterations: 3, stepWeight: 0, match: town.fixture.match } }
  const context = contextOf({ provider: town.name, spec: town.fixture.spec, ...of })
  if (!town.provider.router.abilities(context).match) return undefined
  const headers = town.plane.tester(town.fixture.match)
  const running = written(town, of, [toPrimary, toCanary])
  if (receive(town, running, headers).canary !== 100) return 'testers are not on the canary'
  const others = receive(town, running)
  if (others.canary > 0) return 'users who are no testers are on the canary'
  if (others.lost > 0) return 'users who are no testers are lost'
  const over = written(town, of, [toPrimary, toCanary, toPrimary])
  return receive(town, over, headers).canary > 0 ? 'testers stay when the test is over' : undefined
}

function brokenAffinity(town: Town): string | undefined {
  const of = {
    analysis: { sessionAffinity: { cookieName: 'version' } },
    status: { sessionAffinityCookie: 'version=XwMkqACCVd' },
  }
  const context = contextOf({ provider: town.name, spec: town.fixture.spec, ...of })
  if (!town.provider.router.abilities(context).sessionAffinity) return undefined
  const routes = { primary: 70, canary: 30, mirrored: false }
  const received = receive(town, written(town, of, [toPrimary, routes]))
  if (received.lost > 0) return 'requests are lost'
  if (received.canary < 60) return 'users who met the canary do not stay there'
  return received.strayed > 0 ? 'users come back from the canary' : undefined
}

/** Exchanges two names in all of an object but its own name. */
const otherSide = (object: KubeObject): KubeObject => {
  // It says where a name leads: exchanged together with the names, all would be as before.
  if (object.kind === 'VirtualNode') return object
  const { metadata, ...rest } = object
  const { annotations } = metadata
  const exchanged = (value: unknown): unknown => {
    const text = JSON.stringify(value)
    const swapped = text.replace(/podinfo-(primary|canary)\b/g, (_, side: string) =>
      side === 'primary' ? 'podinfo-canary' : 'podinfo-primary',
    )
    return JSON.parse(swapped)
  }
  return {
    ...(exchanged(rest) as typeof rest),
    metadata: { ...metadata, ...(annotations && { annotations: exchanged(annotations) as never }) },
  }
}

/** Changes every list of rules that stands under one of these keys. */
const rules =
  (change: (list: unknown[]) => unknown[]) =>
  (object: KubeObject): KubeObject => {
    // Of paths in Ingresses the longest is taken, wherever it stands.
    if (object.kind === 'Ingress') return object
    const walk = (value: unknown, key = ''): unknown => {
      if (Array.isArray(value)) {
        const list = value.map((item) => walk(item))
        return ['http', 'rules', 'routes'].includes(key) ? change(list) : list
      }
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, walk(of, name)]))
    }
    return walk(object) as KubeObject
  }

const withoutKeys =
  (isOut: (key: string) => boolean) =>
  (object: KubeObject): KubeObject =>
    JSON.parse(JSON.stringify(object, (key, value) => (isOut(key) ? undefined : value)))

const mutations: Record<string, (object: KubeObject) => KubeObject> = {
  'weights on the wrong side': (object) => {
    const swapped = otherSide(object)
    const { annotations = {} } = swapped.metadata
    const turned = Object.entries(annotations).map(([key, value]) =>
      key.endsWith('/canary-weight') ? [key, `${100 - Number(value)}`] : [key, value],
    )
    return {
      ...swapped,
      metadata: { ...swapped.metadata, annotations: Object.fromEntries(turned) },
    }
  },
  // The most specific match of these is taken, or the one with the first number, wherever it stands.
  'rules in the other order': (object) =>
    ['HTTPRoute', 'HTTPProxy'].includes(object.kind) || object.apiVersion.startsWith('appmesh.')
      ? object
      : rules((list) => [...list].reverse())(object),
  'only the last rule': rules((list) => list.slice(-1)),
  'conditions left out': withoutKeys((key) =>
    /^(match|matches|matchers|header|.*canary-by-.*)$/.test(key),
  ),
  'copies left out': withoutKeys((key) => /^(mirror|mirrors|filters)$/.test(key)),
  'mark of the canary left out': withoutKeys((key) => /\/canary$/.test(key)),
}

const towns = namedProviders.flatMap(([name, provider]): Town[] => {
  const plane = planes.find(({ serves }) => serves(name))?.plane
  const fixture = fixtures[name]
  return plane && fixture ? [{ name, plane, provider, fixture }] : []
})

test('every provider has a data plane', () => {
  expect(towns.map(({ name }) => name)).toEqual(namedProviders.map(([name]) => name))
})

describe.each(towns.map((town): [string, Town] => [town.name, town]))('%s', (_, town) => {
  test('users receive what was declared', () => {
    expect(broken(town)).toBeUndefined()
  })

  const test30 = { primary: 70, canary: 30, mirrored: false }
  const changes = (mutate: (object: KubeObject) => KubeObject) =>
    [
      written(town, {}, [toPrimary, toPrimary, test30]),
      written(town, { analysis: { mirror: true } }, [toPrimary, { ...toPrimary, mirrored: true }]),
      written(town, { analysis: { iterations: 3, stepWeight: 0, match: town.fixture.match } }, [
        toPrimary,
        toCanary,
      ]),
    ].some((objects) =>
      objects.some(
        (object) =>
          !town.fixture.cluster.includes(object) && !isDeepStrictEqual(mutate(object), object),
      ),
    )
  const possible = Object.entries(mutations).filter(([, mutate]) => changes(mutate))

  test.runIf(possible.length > 0).each(possible)('%s: users see it', (_name, mutate) => {
    expect(broken({ ...town, mutate })).toBeDefined()
  })
})

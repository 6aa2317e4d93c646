/**
 * Somebody else writes, or deletes, what the controller writes, once a second and for minutes: on
 * no provider does that cost more than a few requests a minute, and one event names field and writer.
 */
import { describe, expect, test } from 'vitest'
import { isMap } from '../../src/json.ts'
import { type KubeObject, refOf } from '../../src/objects.ts'
import { record } from '../../src/routers/reading.ts'
import { fixtures } from '../conformance/routers/fixtures.ts'
import { namedProviders } from '../support/providers.ts'
import { givenAtRest, type SteppedProvider } from './support/stepped-provider.ts'

const minutes = 5
/** As many at once as the brake leaves free, and one a minute. */
const mostWrites = 14 + minutes

const names = namedProviders.flatMap(([name]) => {
  const fixture = fixtures[name]
  return fixture && !fixture.ownTarget ? [name] : []
})

const shared = ['Service', 'Deployment', 'ConfigMap', 'Secret']

/** What the controller wrote to route requests; nothing on a provider that moves none. */
const routesOf = ({ made }: SteppedProvider) => made.filter(({ kind }) => !shared.includes(kind))

const isOfUsers = (provider: string, { kind, metadata }: KubeObject) =>
  fixtures[provider]?.cluster.some(
    (one) => one.kind === kind && one.metadata.name === metadata.name,
  )

/** What the other one does each second to the object, as it is then. */
type Rival = (found: KubeObject, second: number) => KubeObject | 'delete'

async function fight(of: SteppedProvider, object: KubeObject, rival: Rival): Promise<void> {
  const { store, clock } = of
  const ref = refOf(object)
  for (let second = 0; second < minutes * 60; second++) {
    const found = store.get(ref)
    const wanted = found && rival(structuredClone(found), second)
    if (wanted === 'delete') store.delete(ref)
    else if (wanted && JSON.stringify(wanted) !== JSON.stringify(found))
      store.update(wanted, { fieldManager: 'rival' })
    await clock.pass(1_000)
  }
}

const told = ({ events }: SteppedProvider, what: RegExp) =>
  events().filter((text) => what.test(text))

/** Sets each text that names this Service, wherever it stands in the spec; meshes add to the name. */
function replaced(value: unknown, from: string, to: string): unknown {
  if (typeof value === 'string' && isNameIn(value, from)) return value.replace(from, to)
  if (Array.isArray(value)) return value.map((entry) => replaced(entry, from, to))
  if (!isMap(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, replaced(entry, from, to)]),
  )
}

const specOf = (object: KubeObject) => (object as KubeObject & { spec?: unknown }).spec
/** As such, or with namespace and port as `NAME_test_svc_80`. */
const isNameIn = (text: string, service: string) =>
  text === service || text.startsWith(`${service}_`)
const leadsTo = (object: KubeObject, service: string) =>
  JSON.stringify(replaced(specOf(object), service, '')) !== JSON.stringify(specOf(object))
const leading = (object: KubeObject, from: string, to: string) =>
  Object.assign(object, { spec: replaced(specOf(object), from, to) })
const primary = 'podinfo-primary'

describe.each(names)('%s', (name) => {
  test('a note of somebody else on its routing objects is left there', async () => {
    const of = await givenAtRest(name)
    expect(of.canary()?.status?.phase).toBe('Initialized')
    for (const object of routesOf(of)) {
      const noted = (found: KubeObject) => {
        found.metadata.annotations = { ...found.metadata.annotations, 'cloud.example/id': 'x' }
        return found
      }
      await fight(of, object, noted)
      const { annotations } = of.store.get(refOf(object))?.metadata ?? {}
      expect(annotations).toMatchObject({ 'cloud.example/id': 'x' })
    }
    expect(of.writes()).toBe(0)
  })

  test.each<[string, (second: number) => string]>([
    ['the same Service', () => 'elsewhere'],
    ['another Service each time', (second) => `elsewhere-${second}`],
  ])('who leads its users to %s is told once, by name', async (_what, serviceAt) => {
    const of = await givenAtRest(name)
    const object = routesOf(of).find(
      (one) => one.metadata.name !== primary && leadsTo(one, primary),
    )
    // By other fields than names of Services, or by none.
    if (!object) return
    await fight(of, object, (found, second) => leading(found, primary, serviceAt(second)))
    expect(of.writes()).toBeLessThanOrEqual(mostWrites)
    const said = told(of, / is contested: rival sets it to /)
    expect(said).toHaveLength(1)
    expect(said[0]).toMatch(/^\S+ \S+[^.\s]: .*; the canary is held where it is/)
  })

  test('who deletes its routing objects is told of once', async () => {
    const of = await givenAtRest(name)
    const [object] = routesOf(of)
    // What users made themselves does not come back.
    if (!object || isOfUsers(name, object)) return
    await fight(of, object, () => 'delete')
    expect(of.writes()).toBeLessThanOrEqual(mostWrites)
    const said = told(of, / is deleted each time it is made; the canary is held/)
    expect(said).toHaveLength(1)
    // An object of the whole cluster has no namespace to be named with.
    expect(said[0]).toMatch(/^\S+ \S+[^.\s] is deleted/)
  })
})

const services = ['podinfo', 'podinfo-primary', 'podinfo-canary']

/** Of what every provider has; without a mesh nothing else leads requests. */
describe.each(
  ['istio', 'kubernetes'].flatMap((provider) => services.map((name) => [provider, name] as const)),
)('%s, Service %s', (provider, name) => {
  const given = async () => {
    const of = await givenAtRest(provider)
    const object = of.made.find(
      ({ kind, metadata }) => kind === 'Service' && metadata.name === name,
    )
    if (!object) throw new Error(`there is no Service ${name}`)
    return { of, object }
  }

  test('whose selector somebody else sets is told once', async () => {
    const { of, object } = await given()
    const select = (found: KubeObject) =>
      Object.assign(found, { spec: { ...record(specOf(found)), selector: { app: 'other' } } })
    await fight(of, object, select)
    expect(of.writes()).toBeLessThanOrEqual(mostWrites)
    expect(told(of, /spec\.selector\.app is contested: rival sets it to "other"/)).toHaveLength(1)
  })

  test('that somebody deletes is told once, and is made once a minute', async () => {
    const { of, object } = await given()
    await fight(of, object, () => 'delete')
    expect(of.writes()).toBeLessThanOrEqual(mostWrites)
    expect(told(of, /^Service \S+ is deleted each time it is made; /)).toHaveLength(1)
    await of.clock.pass(120_000)
    expect(of.store.get(refOf(object))).toBeDefined()
  })
})

test('a primary that somebody deletes is told once, and is made once a minute', async () => {
  const of = await givenAtRest('istio')
  const object = of.made.find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name === primary,
  )
  if (!object) throw new Error('there is no primary')
  await fight(of, object, () => 'delete')
  expect(of.writes()).toBeLessThanOrEqual(mostWrites)
  expect(
    told(of, /^Deployment \S+ is deleted each time it is made; the canary is held/),
  ).toHaveLength(1)
  await of.clock.pass(120_000)
  expect(of.store.get(refOf(object))).toBeDefined()
})

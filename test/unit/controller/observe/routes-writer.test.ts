import { expect, test } from 'vitest'
import { readRoutesWriter } from '../../../../controller/observe/beside/routes-writer.ts'
import { createMemory } from '../../../../controller/process/deps.ts'
import type { KubeObject } from '../../../../src/objects.ts'
import { istio } from '../../../../src/routers/istio/router.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import { contextOf } from '../../../conformance/routers/fixtures.ts'
import { type ObservationOverrides, observation } from '../../../support/observation.ts'
import { expectNoAnswer, forbidden, givenServer, readInVain } from './asked-beside.ts'

const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }
const ahead: Routes = { primary: 80, canary: 20, mirrored: false }

/** Routes that the status knows nothing of, and who wrote them by the word of the API server. */
function given(
  how: Parameters<typeof givenServer>[1] = 'objects',
  of: ObservationOverrides & { manager?: string; routed?: Routes } = {},
) {
  const { manager = 'argocd', routed, ...more } = of
  const objects = istio.render(contextOf({}), ahead).map(
    (object): KubeObject => ({
      ...object,
      metadata: {
        ...object.metadata,
        managedFields: [{ manager, operation: 'Update', fieldsV1: { 'f:spec': {} } }],
      },
    }),
  )
  const server = givenServer(objects, how)
  const status = { phase: 'Progressing', canaryWeight: 0 } as const
  const seen = observation({ routes: ahead, canary: { status }, ...more })
  const memory = { ...createMemory(), routed }
  const routerContext = contextOf({ cluster: objects })
  const read = () =>
    readRoutesWriter(seen, { router: istio, routerContext, deps: server.deps, memory })
  return { ...server, read }
}

test('who moved the traffic further than the status knows is asked for', async () => {
  const { asked, read } = given()
  expect(await read()).toBe('argocd')
  expect(asked).toEqual(['VirtualService podinfo'])
  expect(await given('objects', { manager: 'canary-controller' }).read()).toBeUndefined()
})

test.each<[what: string, of: Parameters<typeof given>[1]]>([
  ['the status knows the routes', { routes: toPrimary }],
  ['the canary is suspended', { canary: { spec: { suspend: true } } }],
  ['this process moved the traffic itself', { routed: ahead }],
])('nobody is asked where %s', async (_, of) => {
  const { asked, read } = given('objects', of)
  expect(await read()).toBeUndefined()
  expect(asked).toEqual([])
})

test('what may not be read, or is not told in time, is not known', async () => {
  expect(await given(forbidden).read()).toBeUndefined()
  expect(await readInVain(given('silence'))).toBeUndefined()
})

test('the end of the process, and a defect, are no answer', () => expectNoAnswer(given))

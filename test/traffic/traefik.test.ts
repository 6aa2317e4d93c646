/**
 * Users of a real Traefik, while canaries behind it are rolled out and rolled back. All roads go
 * in step: when Traefik reads a change of one, its round robin of all begins anew, and what is
 * counted across that is not what was declared.
 */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Api, connect } from '../cluster/control-plane/api.ts'
import type {} from './global-setup.ts'
import { type Hooks, startHooks } from './hooks.ts'
import {
  begin,
  expectShare,
  type Journey,
  lost,
  next,
  served,
  takenOver,
  weights,
} from './journey.ts'
import { roads } from './roads.ts'

/** Enough for the round robin to be exact to half a point. */
const sample = 400

let api: Api
let hooks: Hooks
let journeys: Journey[]

beforeAll(async () => {
  api = await connect(inject('adminKubeconfig'))
  hooks = await startHooks()
  journeys = await all(Object.entries(roads), (road) => begin(api, hooks, road))
}, 300_000)

afterAll(async () => {
  await all(journeys ?? [], ({ users }) => users.stop())
  await hooks?.close()
  api?.close()
})

function all<T, R>(of: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  return Promise.all(of.map(work))
}

describe('users who come by an IngressRoute, an HTTPRoute or an Ingress of NGINX', () => {
  const from = new Map<Journey, number>()
  const since = (journey: Journey) => journey.users.answers.slice(from.get(journey))

  test('meet the canary as often as is declared, and lose no request until it is promoted', async () => {
    for (const journey of journeys) from.set(journey, journey.users.answers.length)
    await all(journeys, ({ release }) => release('2'))

    let before = 0
    for (const weight of weights) {
      for (const { leave } of journeys) leave(before)
      await all(journeys, async (journey) => {
        await journey.reaches({ canaryWeight: weight })
        await takenOver(journey, '2', weight)
      })
      const counted = await all(journeys, (journey) => next(journey, sample))
      for (const [index, { name }] of journeys.entries())
        expectShare(counted[index] ?? [], { name, version: '2', weight })
      before = weight
    }
    for (const { leave } of journeys) leave(before)
    await all(journeys, ({ reaches }) => reaches({ phase: 'Succeeded' }))
    await all(journeys, (journey) => served(journey, '2'))

    for (const journey of journeys) {
      expect(lost(since(journey)), journey.name).toEqual([])
      expect(new Set(since(journey).map(({ status }) => status)), journey.name).toEqual(
        new Set([200]),
      )
    }
  })

  test('are all back at the version before, when the canary fails some of them', async () => {
    for (const journey of journeys) from.set(journey, journey.users.answers.length)
    await all(journeys, ({ release }) => release('3-broken'))
    await all(journeys, ({ reaches }) => reaches({ phase: 'Failed' }))
    await all(journeys, (journey) => served(journey, '2'))

    for (const journey of journeys) {
      const failed = since(journey).filter(({ status }) => status !== 200)
      expect(new Set(failed.map(({ version }) => version)), journey.name).toEqual(
        new Set(['3-broken']),
      )
      expect(lost(since(journey)), journey.name).toEqual([])
    }
  })
})

/** What people do in the middle of it: every phase, and each thing that may happen in it. */
import { describe, expect, test } from 'vitest'
import {
  advance,
  change,
  deploy,
  everyGate,
  idleWorld,
  newWorld,
  phase,
  row,
  settle,
  type World,
  type WorldOptions,
} from '../../support/world.ts'

const hour = 3_600_000
const options: WorldOptions = {
  spec: { revertOnDeletion: true },
  analysis: { webhooks: everyGate },
  opened: [],
  startupMs: 20_000,
}

/** A run of `green` over `blue`, as far as the phase. */
function reaching(wanted: string, of: WorldOptions = {}): World {
  const world = idleWorld({ ...options, ...of })
  deploy(world, 'green')
  for (let looks = 0; phase(world) !== wanted; looks++) {
    if (looks > 1_000) throw new Error(`never ${wanted}: ${row(world)}`)
    advance(world, 5_000)
  }
  return world
}

function initializing(): World {
  const world = newWorld({ ...options, startupMs: hour })
  settle(world)
  return world
}

const worlds: Record<string, () => World> = {
  Initializing: initializing,
  Initialized: () => idleWorld(options),
  Waiting: () => reaching('Waiting', { closed: ['confirm-rollout'] }),
  Progressing: () => reaching('Progressing'),
  WaitingPromotion: () => reaching('WaitingPromotion', { closed: ['confirm-promotion'] }),
  Promoting: () => reaching('Promoting'),
  Finalising: () => reaching('Finalising'),
  Succeeded: () => reaching('Succeeded'),
  Failed: () => reaching('Failed', { failing: 'too many errors' }),
}

/** What held the canary is over. */
function well(world: World): void {
  Object.assign(world, { closed: [], failing: undefined, startupMs: 20_000 })
}

/** Who serves, and what is left to do, after all the time that is needed. */
function inTheEnd(world: World) {
  advance(world, 3 * hour)
  const { primary, target, routes } = world
  return { phase: phase(world), serves: primary?.revision, canary: target.replicas, routes }
}

const served = (revision: string) => ({
  serves: revision,
  canary: 0,
  routes: { primary: 100, canary: 0, mirrored: false },
})

describe.each(Object.entries(worlds))('in %s', (name, given) => {
  test('it is the phase', () => {
    expect(phase(given())).toBe(name)
  })

  test('a deleted canary hands the target back, with pods, and goes', () => {
    const world = given()
    change(world, ({ resource }) => {
      if (resource) Object.assign(resource.metadata, { deletionTimestamp: '2030-01-01T12:00:00Z' })
    })
    advance(world, 2 * hour)
    expect(world.resource).toBeUndefined()
    expect(world.target.replicas).toBeGreaterThan(0)
    expect(world.routes).toBeUndefined()
  })

  test('a target that is set back is what serves in the end', () => {
    const world = given()
    deploy(world, 'blue')
    well(world)
    expect(inTheEnd(world)).toMatchObject(served('blue'))
    expect(phase(world)).toMatch(/^(Initialized|Succeeded)$/)
  })

  test('a suspended canary stays as it is, and goes on from there', () => {
    const world = given()
    const suspend = (is: boolean) =>
      change(world, ({ resource }) => resource && Object.assign(resource.spec, { suspend: is }))
    suspend(true)
    well(world)
    const before = [row(world), world.primary?.revision, world.target.replicas]
    advance(world, hour / 2)
    expect([row(world), world.primary?.revision, world.target.replicas]).toEqual(before)
    suspend(false)
    const isTried = !['Initializing', 'Initialized', 'Failed'].includes(name)
    expect(inTheEnd(world)).toMatchObject(served(isTried ? 'green' : 'blue'))
  })

  test('a good new revision is promoted in the end', () => {
    const world = given()
    deploy(world, 'red')
    well(world)
    expect(inTheEnd(world)).toMatchObject({ phase: 'Succeeded', ...served('red') })
  })
})

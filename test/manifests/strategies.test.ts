import { expect, test } from 'vitest'
import type { CanarySpec } from '../../src/canary/api.gen.ts'
import { parseDuration } from '../../src/canary/duration.ts'
import { advance, deploy, idleWorld, phase, type World } from '../support/world.ts'
import { manifests } from './seeds.ts'

/** A canary with the spec of a document, idle in the simulated world. */
function worldOf(file: string): { world: World; intervalMs: number } {
  const found = manifests.find(
    ({ object, file: of }) => object.kind === 'Canary' && of.startsWith(file),
  )
  const spec = structuredClone(found?.object.spec) as CanarySpec | undefined
  const world = idleWorld()
  if (!spec || !world.resource) throw new Error(`no canary in ${file}`)
  Object.assign(world.resource, { spec })
  return { world, intervalMs: parseDuration(spec.analysis.interval) ?? Number.NaN }
}

/** The shares of the canary one after the other (`m20`: mirrored), and the intervals to the copy. */
function played(file: string): { shares: string[]; intervals: number } {
  const { world, intervalMs } = worldOf(file)
  deploy(world, 'green')
  let intervals = 0
  for (; phase(world) === 'Progressing'; intervals++) advance(world, intervalMs)
  advance(world, intervalMs)
  expect(phase(world)).toBe('Succeeded')
  const shares = world.log.routes.map(({ canary, mirrored, mirrorWeight = '' }) =>
    mirrored ? `m${mirrorWeight}` : String(canary),
  )
  return { shares, intervals }
}

const steps = (step: number, last: number) =>
  Array.from({ length: last / step }, (_, index) => String((index + 1) * step))

test.each([
  ['a02', steps(5, 50), 10],
  ['b01', steps(10, 50), 5],
  ['b02', steps(5, 50), 10],
  ['b03', ['100'], 10],
  ['b04', ['100'], 11],
  ['b05', ['m', '100'], 11],
  ['b25', steps(5, 50), 10],
  ['b26', ['100'], 168],
  ['b28', ['m', '100'], 11],
  ['b32', [...steps(10, 100).map((share) => `m${share}`), '100'], 11],
  ['b40', steps(5, 50), 20],
  ['b41', steps(20, 80), 5],
  ['b52', steps(20, 100), 5],
  ['c03', steps(5, 50), 10],
])('%s moves the traffic as its document says, in its time', (file, shares, intervals) => {
  expect(played(file)).toEqual({ shares: [...shares, '0'], intervals })
})

test.each([
  ['b02', 10],
  ['b14', 5],
  ['b25', 3],
  ['b40', 3],
])('%s rolls back at failed check %i, and not before', (file, threshold) => {
  const { world, intervalMs } = worldOf(file)
  const { analysis } = world.resource?.spec ?? {}
  if (analysis?.metrics === undefined)
    Object.assign(analysis ?? {}, { metrics: [{ name: 'err', query: 'err' }] })
  deploy(world, 'green')
  world.failing = 'request-success-rate 95.00 < 99.00'
  advance(world, (threshold - 1) * intervalMs)
  expect(phase(world)).toBe('Progressing')
  advance(world, intervalMs)
  expect(phase(world)).toBe('Failed')
  expect(world.routes).toMatchObject({ primary: 100, canary: 0 })
  expect(world.target.replicas).toBe(0)
})

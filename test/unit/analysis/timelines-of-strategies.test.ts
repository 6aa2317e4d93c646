/** The timelines of A/B tests, blue/green and mirroring, as events tell them. */
import { expect, test } from 'vitest'
import { advance, change, row, rowAndEvents } from '../../support/world.ts'
import {
  advanced,
  completed,
  copying,
  released,
  scalingUp,
  starting,
  ticks,
  underway,
} from './timeline.ts'

const iterated = (done: number, of: number) =>
  `N Advance checkout.shop canary iteration ${done}/${of}`

test('A/B testing sends matching users to the canary for so many checks', () => {
  const match = [{ headers: { cookie: { exact: 'beta' } } }]
  const world = released({ analysis: { iterations: 2, match } })
  expect(rowAndEvents(world)).toEqual([
    'Progressing 0/1/0 0/100',
    scalingUp[0],
    starting,
    iterated(1, 2),
    scalingUp[1],
  ])
  expect(ticks(world, 3)).toEqual([
    ['Progressing 0/2/0 0/100', iterated(2, 2)],
    ['Finalising 0/0/0 100/0', copying, 'N Routing all traffic to primary'],
    ['Succeeded 0/0/0 100/0', ...completed],
  ])
})

test('A/B testing moves all traffic back at once, whatever the promotion step', () => {
  const match = [{ headers: { cookie: { exact: 'beta' } } }]
  const world = underway({ analysis: { iterations: 1, match, stepWeightPromotion: 10 } })
  expect(ticks(world, 1)).toEqual([
    ['Finalising 0/0/0 100/0', copying, 'N Routing all traffic to primary'],
  ])
})

test('blue/green checks without live traffic, switches once, and promotes', () => {
  const world = released({ analysis: { iterations: 2 } })
  expect(rowAndEvents(world)[0]).toBe('Progressing 0/1/0 100/0')
  expect(ticks(world, 4)).toEqual([
    ['Progressing 0/2/0 100/0', iterated(2, 2)],
    ['Progressing 0/3/0 0/100', 'N Routing all traffic to canary'],
    ['Finalising 0/0/0 100/0', copying, 'N Routing all traffic to primary'],
    ['Succeeded 0/0/0 100/0', ...completed],
  ])
})

test('blue/green with one iteration makes one check, one switch and one more check', () => {
  const world = released({ analysis: { iterations: 1 } })
  expect(rowAndEvents(world)[0]).toBe('Progressing 0/1/0 100/0')
  expect(ticks(world, 3).map(([first]) => first)).toEqual([
    'Progressing 0/2/0 0/100',
    'Finalising 0/0/0 100/0',
    'Succeeded 0/0/0 100/0',
  ])
  expect(world.log.asked).toEqual(['metrics', 'metrics'])
})

test('blue/green with mirroring copies requests until the switch', () => {
  const world = released({ analysis: { iterations: 2, mirror: true } })
  expect(rowAndEvents(world)[0]).toBe('Progressing 0/1/0 100/0m')
  expect(ticks(world, 4)).toEqual([
    ['Progressing 0/2/0 100/0m', iterated(2, 2)],
    ['Progressing 0/3/0 0/100', 'N Stop traffic mirroring and route all traffic to canary'],
    ['Finalising 0/0/0 100/0', copying, 'N Routing all traffic to primary'],
    ['Succeeded 0/0/0 100/0', ...completed],
  ])
})

test('a weighted run with mirroring copies requests before it sends any', () => {
  const world = released({ analysis: { mirror: true } })
  expect(rowAndEvents(world)).toEqual([
    'Progressing 0/0/0 100/0m',
    scalingUp[0],
    starting,
    advanced(0),
    scalingUp[1],
  ])
  expect(ticks(world, 2)).toEqual([
    ['Progressing 20/0/0 80/20', advanced(20)],
    ['Progressing 40/0/0 60/40', advanced(40)],
  ])
})

test('the mirrored share grows with every check, up to its maximum', () => {
  const world = underway({
    analysis: {
      iterations: 5,
      mirror: true,
      mirrorWeight: 10,
      canaryAnalysis: { stepWeightPromotion: 10, maxMirrorWeight: 30 },
    },
  })
  advance(world, 4 * 60_000)
  const shares = world.log.routes.filter(({ mirrored }) => mirrored)
  expect(shares.map(({ mirrorWeight }) => mirrorWeight)).toEqual([10, 20, 30])
  advance(world)
  expect(row(world)).toBe('Progressing 0/6/0 0/100')
})

test.each([
  [{ mirrorWeight: 60, canaryAnalysis: { maxMirrorWeight: 40 } }, 40],
  [{ canaryAnalysis: { maxMirrorWeight: 40 } }, 40],
  [{ mirrorWeight: 60 }, undefined],
])('no more than the maximum is copied: %j', (analysis, share) => {
  const world = underway({ analysis: { iterations: 2, mirror: true, ...analysis } })
  expect(row(world)).toBe('Progressing 0/1/0 100/0m')
  expect(world.routes?.mirrorWeight).toBe(share)
})

test('a maximum of nothing copies nothing', () => {
  const canaryAnalysis = { stepWeightPromotion: 10, maxMirrorWeight: 0 }
  const world = underway({ analysis: { iterations: 2, mirror: true, canaryAnalysis } })
  expect(row(world)).toBe('Progressing 0/1/0 100/0')
})

test('mirroring that is switched off in a run ends with the next check', () => {
  const world = underway({ analysis: { iterations: 4, mirror: true } })
  expect(row(world)).toBe('Progressing 0/1/0 100/0m')
  change(world, ({ resource }) => {
    if (resource) Object.assign(resource.spec.analysis, { mirror: false })
  })
  expect(ticks(world, 1)).toEqual([['Progressing 0/2/0 100/0', iterated(2, 4)]])
})

test('a weighted run whose mirroring is switched off measures what was copied first', () => {
  const world = underway({ analysis: { mirror: true } })
  expect(row(world)).toBe('Progressing 0/0/0 100/0m')
  change(world, ({ resource }) => {
    if (resource) Object.assign(resource.spec.analysis, { mirror: false })
  })
  world.failing = 'err 100.00 > 50'
  expect(ticks(world, 1)).toEqual([
    ['Progressing 0/0/1 100/0m', 'W Halt checkout.shop advancement err 100.00 > 50'],
  ])
})

test('iterations beside weights hold the last weight until all checks were made', () => {
  const world = released({ analysis: { stepWeight: 20, maxWeight: 40, iterations: 4 } })
  expect(rowAndEvents(world)[0]).toBe('Progressing 20/1/0 80/20')
  expect(ticks(world, 4)).toEqual([
    ['Progressing 40/2/0 60/40', advanced(40)],
    ['Progressing 40/3/0 60/40', iterated(3, 4)],
    ['Progressing 40/4/0 60/40', iterated(4, 4)],
    ['Finalising 0/0/0 100/0', copying, 'N Routing all traffic to primary'],
  ])
  expect(world.log.asked).toEqual(Array(4).fill('metrics'))
})

/**
 * Runs that Flagger was not recorded in: what its loop does by its rules, and where this controller
 * does otherwise on purpose (docs/compatibility.md).
 */
import { describe, expect, test } from 'vitest'
import { canaryRef } from '../model/objects.ts'
import type { Outside } from '../model/world.ts'
import { type Given, givenStepped } from './support/stepped.ts'

const interval = 30
const hook = (type: string) => ({ name: type, type, url: `http://hooks/${type}` })
const noWeights = { stepWeight: null, maxWeight: null }

/** A rollout of `b`, so many intervals after it began; `outside` is what the world says meanwhile. */
async function rolledOut(of: Given, intervals: number, outside: Partial<Outside> = {}) {
  const given = await givenStepped(of)
  Object.assign(given.world.outside, outside)
  given.setImage('b')
  await given.pass(intervals * interval)
  return given
}

describe('weights', () => {
  test.each<[string, object, number[]]>([
    [
      'that do not end at the maximum overshoot it',
      { stepWeight: 20, maxWeight: 50 },
      [20, 40, 60],
    ],
    ['over 100 end at 100', { stepWeight: 50, maxWeight: 150 }, [50, 100]],
    ['of a list may be odd', { ...noWeights, stepWeights: [1, 2, 10, 80] }, [1, 2, 10, 80]],
    ['of a single step are one check', { stepWeight: 100, maxWeight: 100 }, [100]],
    ['without a maximum end at 100', { stepWeight: 60, maxWeight: null }, [60, 100]],
  ])('%s', async (_what, analysis, weights) => {
    const { timeline } = await rolledOut({ analysis }, 30)
    const last = weights.at(-1)
    expect(timeline()).toEqual([
      'Progressing 0/0/0 0',
      ...weights.map((weight) => `Progressing ${weight}/0/0 ${weight}`),
      `Promoting ${last}/0/0 ${last}`,
      'Finalising 0/0/0 0',
      'Succeeded 0/0/0 0',
    ])
  })

  test('go back step by step where that is asked for', async () => {
    const analysis = { stepWeight: 20, maxWeight: 50, stepWeightPromotion: 25 }
    const { timeline, events } = await rolledOut({ analysis }, 30)
    expect(timeline().slice(4)).toEqual([
      'Promoting 60/0/0 60',
      'Promoting 35/0/0 35',
      'Promoting 10/0/0 10',
      'Finalising 0/0/0 0',
      'Succeeded 0/0/0 0',
    ])
    expect(events().filter((event) => /primary weight/.test(event))).toEqual([
      'Normal Advance app.test primary weight 65',
      'Normal Advance app.test primary weight 90',
      'Normal Advance app.test primary weight 100',
    ])
  })

  test('of a mirrored run begin with copies, and the gate holds the step before them', async () => {
    const webhooks = [hook('confirm-traffic-increase')]
    const { world, pass, timeline } = await rolledOut(
      { plan: 'mirrored', analysis: { webhooks } },
      4,
      { gates: ['confirm-traffic-increase'] },
    )
    expect(timeline()).toEqual(['Progressing 0/0/0 0'])
    world.outside.gates = []
    await pass(20 * interval)
    expect(timeline()).toEqual([
      'Progressing 0/0/0 0',
      'Progressing 0/0/0 0m',
      'Progressing 40/0/0 40',
      'Promoting 40/0/0 40',
      'Finalising 0/0/0 0',
      'Succeeded 0/0/0 0',
    ])
  })

  test('stay where they are while somebody suspends the canary, and go on from there', async () => {
    const { patch, pass, timeline } = await rolledOut({ analysis: { stepWeight: 20 } }, 1)
    patch(canaryRef, { spec: { suspend: true } })
    await pass(20 * interval)
    expect(timeline().at(-1)).toBe('Progressing 20/0/0 20')
    patch(canaryRef, { spec: { suspend: false } })
    await pass(2 * interval)
    expect(timeline()).toContain('Progressing 40/0/0 40')
  })

  test('end at once where somebody skips the analysis in a run', async () => {
    const { patch, pass, timeline, events } = await rolledOut({}, 1)
    patch(canaryRef, { spec: { skipAnalysis: true } })
    await pass(20 * interval)
    expect(timeline().at(-1)).toBe('Succeeded 0/0/0 0')
    expect(timeline().join()).not.toMatch(/Promoting|Finalising|Progressing 50/)
    expect(events().at(-1)).toBe(
      'Normal Promotion completed! Canary analysis was skipped for app.test',
    )
  })
})

describe('iterations', () => {
  test('of blue/green wait at the promotion gate as Flagger does, before the switch', async () => {
    const { world, pass, timeline } = await rolledOut({ plan: 'blueGreen', gates: true }, 5.5, {
      gates: ['confirm-promotion'],
    })
    expect(timeline()).toEqual([
      'Progressing 0/0/0 0',
      'Progressing 0/1/0 0',
      'Progressing 0/2/0 0',
      'WaitingPromotion 0/1/0 0',
      'WaitingPromotion 0/2/0 0',
      'WaitingPromotion 0/1/0 0',
      'WaitingPromotion 0/2/0 0',
    ])
    world.outside.gates = []
    await pass(10 * interval)
    expect(timeline().slice(7)).toEqual([
      'WaitingPromotion 0/3/0 100',
      'Promoting 0/3/0 100',
      'Finalising 0/0/0 0',
      'Succeeded 0/0/0 0',
    ])
  })

  test('of an A/B test wait at it in the same way, and are asked for it once', async () => {
    const { world, pass, timeline } = await rolledOut({ plan: 'tested', gates: true }, 4.5, {
      gates: ['confirm-promotion'],
    })
    expect(timeline()).toEqual([
      'Progressing 0/0/0 0',
      'Progressing 0/1/0 100',
      'Progressing 0/2/0 100',
      'WaitingPromotion 0/1/0 100',
      'WaitingPromotion 0/2/0 100',
      'WaitingPromotion 0/1/0 100',
    ])
    world.outside.gates = []
    await pass(10 * interval)
    expect(timeline().slice(-3)).toEqual([
      'Promoting 0/2/0 100',
      'Finalising 0/0/0 0',
      'Succeeded 0/0/0 0',
    ])
  })

  test('of blue/green go back step by step where that is asked for', async () => {
    const analysis = { stepWeightPromotion: 40 }
    const { timeline } = await rolledOut({ plan: 'blueGreen', analysis }, 20)
    expect(timeline().slice(3)).toEqual([
      'Progressing 0/3/0 100',
      'Promoting 0/3/0 100',
      'Promoting 60/3/0 60',
      'Promoting 20/3/0 20',
      'Finalising 0/0/0 0',
      'Succeeded 0/0/0 0',
    ])
  })

  test('of plain Kubernetes are ten where the Canary has weights', async () => {
    const { timeline, events } = await rolledOut({ provider: 'kubernetes' }, 30)
    expect(events()).toEqual(
      expect.arrayContaining([
        'Warning Progressive traffic is not supported when using the kubernetes provider',
        'Warning Setting canaryAnalysis.iterations: 10',
        'Normal Advance app.test canary iteration 10/10',
      ]),
    )
    expect(timeline().slice(-4)).toEqual([
      'Progressing 0/11/0 0',
      'Promoting 0/11/0 0',
      'Finalising 0/0/0 0',
      'Succeeded 0/0/0 0',
    ])
  })
})

describe('checks', () => {
  const metric = (name: string) => ({
    ...{ name, query: 'success', interval: '30s' },
    thresholdRange: { min: 99 },
  })

  test('that fail together are one failed check, and the first is told', async () => {
    const analysis = { metrics: [metric('one'), metric('two')] }
    const { timeline, events } = await rolledOut({ analysis }, 10, { metrics: 'bad' })
    expect(timeline()).toEqual([
      'Progressing 0/0/0 0',
      'Progressing 25/0/0 25',
      'Progressing 25/0/1 25',
      'Progressing 25/0/2 25',
      'Failed 0/0/0 0',
    ])
    expect(events().filter((event) => /Halt/.test(event))).toEqual([
      'Warning Halt app.test advancement one 50.00 < 99',
    ])
  })

  test.each([0, 1])(
    'with a threshold of %i roll back at the first that fails',
    async (threshold) => {
      const { timeline, events } = await rolledOut(
        {
          analysis: { threshold },
        },
        10,
        { metrics: 'bad' },
      )
      expect(timeline().slice(1)).toEqual([
        'Progressing 25/0/0 25',
        'Progressing 25/0/1 25',
        'Failed 0/0/0 0',
      ])
      expect(events()).toContain('Warning Rolling back app.test failed checks threshold reached 1')
    },
  )

  test('that pass again leave the failures counted', async () => {
    const { world, pass, timeline } = await rolledOut({ analysis: { threshold: 3 } }, 1.5, {
      metrics: 'bad',
    })
    expect(timeline().at(-1)).toBe('Progressing 25/0/1 25')
    world.outside.metrics = 'true'
    await pass(20 * interval)
    expect(timeline().slice(-4)).toEqual([
      'Progressing 50/0/1 50',
      'Promoting 50/0/1 50',
      'Finalising 0/0/1 0',
      'Succeeded 0/0/1 0',
    ])
  })

  test('before the rollout count, and are made until they pass', async () => {
    const analysis = { webhooks: [hook('pre-rollout')], threshold: 5 }
    const { world, pass, timeline, events } = await rolledOut({ analysis }, 1.5, {
      gates: ['pre-rollout'],
    })
    world.outside.gates = []
    await pass(20 * interval)
    expect(timeline().slice(0, 4)).toEqual([
      'Progressing 0/0/0 0',
      'Progressing 0/0/1 0',
      'Progressing 0/0/2 0',
      'Progressing 25/0/2 25',
    ])
    expect(timeline().at(-1)).toBe('Succeeded 0/0/2 0')
    const told = events().filter((event) => /re-rollout/.test(event))
    expect(told).toEqual([
      expect.stringMatching(
        /^Warning Halt app.test advancement pre-rollout check pre-rollout failed /,
      ),
      'Normal Pre-rollout check pre-rollout passed',
    ])
  })

  test('after the rollout change nothing any more, and the others are not made', async () => {
    const webhooks = [hook('post-rollout'), { ...hook('post-rollout'), name: 'second' }]
    const { timeline, events } = await rolledOut(
      {
        analysis: { webhooks },
      },
      20,
      { gates: ['post-rollout'] },
    )
    expect(timeline().at(-1)).toBe('Succeeded 0/0/0 0')
    expect(events().filter((event) => /ost-rollout/.test(event))).toEqual([
      expect.stringMatching(/^Warning Post-rollout hook post-rollout failed /),
    ])
  })
})

describe('the rollback hook', () => {
  test.each([
    ['in a run', [], 'Progressing 25/0/0 25'],
    ['while the promotion waits', ['confirm-promotion'], 'WaitingPromotion 0/-1/0 50'],
  ])('takes the traffic back %s', async (_when, shut, at) => {
    const { world, setImage, pass, timeline, events } = await givenStepped({ gates: true })
    world.outside.gates = [...shut]
    setImage('b')
    await pass(shut.length > 0 ? 4 * interval : interval / 2)
    expect(timeline().at(-1)).toBe(at)
    world.outside.gates = [...shut, 'rollback']
    await pass(2 * interval)
    expect(timeline().at(-1)).toBe('Failed 0/0/0 0')
    expect(events().slice(-3)).toEqual([
      'Warning Rollback check rollback passed',
      'Warning Rolling back app.test manual webhook invoked',
      'Warning Canary failed! Scaling down app.test',
    ])
  })
})

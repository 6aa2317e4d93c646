import { expect, test } from 'vitest'
import { isFinishing, isNew, isRunning, phases } from '../../../src/canary/phases.ts'

test('every phase of the API is known, the empty one too', () => {
  expect(phases).toContain('')
  expect(phases).toContain('WaitingPromotion')
  expect(new Set(phases).size).toBe(phases.length)
})

test('a canary is new, or runs, or is idle, and never two of these', () => {
  expect(phases.filter(isNew)).toEqual(['', 'Initializing'])
  expect(phases.filter(isRunning)).toEqual([
    'Progressing',
    'WaitingPromotion',
    'Promoting',
    'Finalising',
  ])
  expect(phases.filter(isFinishing)).toEqual(['Promoting', 'Finalising'])
})

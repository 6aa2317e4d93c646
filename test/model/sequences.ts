/** Sequences as fast-check makes and shrinks them. */
import fc from 'fast-check'
import type { Sequence } from './play.ts'
import { choices, steps } from './steps.ts'

export const sequences: fc.Arbitrary<Sequence> = fc.record({
  canary: choices,
  steps: fc.array(steps, { minLength: 1, maxLength: 25, size: 'max' }),
})

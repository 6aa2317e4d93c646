/** As many random sequences as fit into a run of all tests; the same ones each time. */
import fc from 'fast-check'
import { test } from 'vitest'
import { play } from './play.ts'
import { sequences } from './sequences.ts'

/** `npm run model` plays more of them, others each time, and shrinks what it finds. */
export function playsWell({ seed, runs }: { seed: number; runs: number }): void {
  test(`whatever people, cluster and metrics do, every rule of the model holds (seed ${seed})`, async () => {
    const property = fc.asyncProperty(sequences, async (sequence) => {
      const { broken, lines } = await play(sequence)
      if (broken.length > 0) throw new Error(`${broken.join('\n')}\n\n${lines.join('\n')}`)
    })
    await fc.assert(property, { seed, numRuns: runs, endOnFailure: true })
  })
}

import fc from 'fast-check'
import { test } from 'vitest'
import { play } from './play.ts'
import { sequences } from './sequences.ts'

// `npm run model` plays more of them, others each time, and shrinks what it finds.
const seed = 21
const numRuns = 150

test('whatever people, cluster and metrics do, every rule of the model holds', async () => {
  const property = fc.asyncProperty(sequences, async (sequence) => {
    const { broken, lines } = await play(sequence)
    if (broken.length > 0) throw new Error(`${broken.join('\n')}\n\n${lines.join('\n')}`)
  })
  await fc.assert(property, { seed, numRuns, endOnFailure: true })
})

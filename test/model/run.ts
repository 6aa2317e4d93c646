/** `npm run model`: plays random sequences; what breaks a rule is shrunk, and told with its seed. */
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { play } from './play.ts'
import { sequences } from './sequences.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    path: { type: 'string', default: '' },
  },
})
const seed = Number(values.seed)
const started = performance.now()
let played = 0
const property = fc.asyncProperty(sequences, async (sequence) => {
  played += 1
  const { broken, lines } = await play(sequence)
  if (broken.length > 0) throw new Error(`${broken.join('\n')}\n\n${lines.join('\n')}`)
})
const result = await fc.check(property, { seed, path: values.path, numRuns: Number(values.runs) })
const seconds = Math.round((performance.now() - started) / 1_000)
console.log(`${played} sequences in ${seconds} s, seed ${seed}`)
if (result.failed) {
  const { counterexample, counterexamplePath, errorInstance } = result
  console.log(JSON.stringify(counterexample?.[0]))
  console.log(errorInstance instanceof Error ? errorInstance.message : errorInstance)
  console.log(`again: npm run model -- --seed=${seed} --path=${counterexamplePath}`)
  process.exitCode = 1
}

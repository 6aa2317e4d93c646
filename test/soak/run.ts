/**
 * `npm run soak`: the long forms of what `npm test` tries in short, with their figures. Parts can
 * be chosen, and how much each does: `npm run soak -- --parts=edits,faults --edits=2000`.
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { variableOf } from './size.ts'

/** What each part does, and how much of it unless told. */
const parts = {
  /** Edits of anything that a team has, after which the heap is back within a tenth. */
  edits: 10_000,
  /** Rollouts of each provider through a proxy that spoils every fifth request. */
  faults: 20,
  /** Canaries of a hostile namespace, beside which others are served as ever. */
  neighbours: 200,
}
const names = Object.keys(parts)
const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]))
const { values } = parseArgs({
  options: {
    ...options,
    parts: { type: 'string', default: names.join() },
    seed: { type: 'string' },
  },
})
const chosen = String(values.parts).split(',')
const unknown = chosen.find((name) => !names.includes(name))
if (unknown !== undefined) {
  console.error(`there is no part "${unknown}"; there are ${names.join(', ')}`)
  process.exit(2)
}

const seed = String(values.seed ?? Date.now() % 1_000_000)
const sizes = Object.entries(parts).map(([name, usual]) => [
  variableOf(name),
  String(Reflect.get(values, name) ?? usual),
])
console.log(`seed ${seed}`)
const files = chosen.map((name) => `test/soak/${name}.test.ts`)
const { status } = spawnSync('vitest', ['run', '--project', 'embedded', ...files], {
  stdio: 'inherit',
  env: { ...process.env, ...Object.fromEntries(sizes), [variableOf('seed')]: seed },
})
process.exitCode = status ?? 1

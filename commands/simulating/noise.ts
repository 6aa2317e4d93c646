/** How failures come, from a flag's text. */
import { UsageError } from '../../src/errors.ts'
import { type Noise, noises, type Pattern } from '../../src/judge/simulated/noise.ts'

/** Other words for the same. */
const aliases: Readonly<Record<string, Noise>> = { iid: 'independent', clusters: 'retries' }

/** Noises whose strength can be told; in failures, or in shares of the rate. */
const strong: readonly Noise[] = ['retries', 'drift', 'beta', 'shared']

/** `clusters:3`, `drift:0.25`, or one of the names alone. Throws UsageError. */
export function readNoise(text: string): Pattern {
  const [word = '', strength] = text.split(':')
  const noise = aliases[word] ?? noises.find((one) => one === word)
  const known = [...Object.keys(aliases), ...noises].join(', ')
  if (!noise) throw wrong(text, `it must be one of ${known}`)
  if (strength === undefined) return { noise }
  const size = Number(strength)
  if (!strong.includes(noise) || !(size > 0))
    throw wrong(text, 'only clusters:3, drift:0.25, beta:0.5 and shared:0.5 have a number')
  if (noise === 'retries' && size < 1) throw wrong(text, 'a cluster has one failure at least')
  return { noise, size }
}

const wrong = (text: string, why: string) =>
  new UsageError(`invalid argument "${text}" for "--noise" flag: ${why}`)

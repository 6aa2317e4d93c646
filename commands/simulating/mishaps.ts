/** Checks that are to fail in a simulated run, from a flag's texts. */
import type { Canary } from '../../src/canary/canary.ts'
import { UsageError } from '../../src/errors.ts'
import { checkedWeights } from '../../src/simulation/mishaps.ts'
import type { Mishap } from '../../src/simulation/script.ts'
import { clean } from '../output/clean.ts'

/** `2`, `2:latency` or `50%:load test`, one failure each. Throws UsageError. */
export function readMishaps(texts: readonly string[], canary: Canary): Mishap[] {
  if (texts.length > 0 && canary.analysis.judge)
    throw new UsageError('--fail-at is for checks by range; a judge is tried out by --error-rate')
  return texts.map((text) => readMishap(text, canary))
}

function readMishap(text: string, canary: Canary): Mishap {
  const { analysis } = canary
  const [, number, percent, name] = /^(\d+(?:\.\d+)?)(%?)(?::(.+))?$/.exec(text) ?? []
  if (number === undefined)
    throw wrong(text, 'a step such as 2, or a weight such as 50%, and perhaps :CHECK')
  const at = percent === '%' ? { weight: Number(number) } : { step: Number(number) }
  const weights = checkedWeights(canary)
  const isThere = 'weight' in at ? weights.includes(at.weight) : isStep(at.step, canary)
  if (!isThere) throw wrong(text, `no check is made there; ${placesOf(canary)}`)
  const hooks = analysis.webhooks.filter(({ type }) => type !== 'rollback' && type !== 'event')
  const names = [...analysis.metrics, ...hooks].map((one) => one.name)
  if (name === undefined && analysis.metrics.length === 0)
    throw wrong(text, 'the Canary has no metric to fail; name a hook')
  if (name !== undefined && !names.includes(name))
    throw wrong(text, `its checks are ${clean(names.join(', ')) || 'none'}`)
  return { at, ...(name !== undefined && { name }) }
}

function isStep(step: number, canary: Canary): boolean {
  const most = checkedWeights(canary).length || canary.analysis.iterations
  return Number.isInteger(step) && step >= 1 && step <= most
}

function placesOf(canary: Canary): string {
  const weights = checkedWeights(canary)
  if (weights.length === 0) return `it has the steps 1 to ${canary.analysis.iterations}`
  const all = weights.map((weight) => `${weight}%`).join(', ')
  return `it has the steps 1 to ${weights.length}: ${all}`
}

const wrong = (text: string, why: string) =>
  new UsageError(`invalid argument "${text}" for "--fail-at" flag: ${why}`)

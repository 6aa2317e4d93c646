/** The rows of the table of requests, and the few questions about all of them. */
import type { Canary } from '../canary/canary.ts'
import { type No, no } from './fit.ts'
import type { Verb } from './names.gen.ts'
import { verbs as rows } from './registry.gen.ts'
import type { RequestVerb } from './verb.ts'

const byName = new Map(rows.map((row) => [row.name, row]))

function isVerb(name: string): name is Verb {
  return byName.has(name)
}

const bySafety = rows.toSorted((one, other) => one.safety - other.safety)

/** Every verb with an annotation; of several at once the first is taken, the safest one. */
export const verbs: readonly Verb[] = bySafety
  .filter(({ takesBack }) => takesBack === undefined)
  .map(({ name }) => name)
  .filter(isVerb)

/** Every mode that an annotation knows. */
export const allModes: readonly string[] = rows.flatMap(({ modes = [] }) => modes)

/** The row of a verb. */
export function rowOf(verb: Verb): RequestVerb {
  const row = byName.get(verb)
  if (!row) throw new Error(`there is no row for the verb ${verb}`)
  return row
}

/** Whether it stands beside what is done at once, until it is removed or used up. */
export function isStanding({ lasts }: RequestVerb): boolean {
  return lasts !== 'once'
}

/** Under `spec.suspend` nothing is carried out; what stands is noted, and a resume is judged. */
export function whileSuspended(row: RequestVerb, { suspended }: Canary): No | undefined {
  if (!suspended || isStanding(row) || row.takesBack !== undefined) return undefined
  return no('spec.suspend is true', {
    instead: 'set it to false first',
    advice: [{ say: 'go on first', words: ['resume', '--via=spec'] }],
  })
}

import type { ObjectState, RecordedRequest, Recording } from './recording.ts'

/**
 * The differences of a candidate's recording from the reference's recording of the same scenario;
 * none when the candidate is compatible:
 * - each object of the reference exists, and has the reference's states in the same order; a state
 *   may have further fields, but no further list items, and further states may come between;
 * - there are no objects that the reference does not have;
 * - the Canary goes through the same phases, weights, iterations and failed checks;
 * - the reference's events come in the same order; further events may come between;
 * - every request of the reference was made, with a body that contains the reference's. Queries
 *   are compared without white space; times and checksums are not compared.
 */
export function compareRecordings(reference: Recording, candidate: Recording): string[] {
  return [
    ...(candidate.error ? [`candidate: ${candidate.error}`] : []),
    ...objectDifferences(reference.states, candidate.states),
    ...eventDifferences(reference, candidate),
    ...requestDifferences(reference.requests, candidate.requests),
  ]
}

type States = Recording['states']

/** What the cluster makes, or KEDA, which not every cluster has. */
const madeByOthers = /^(Event|Lease|HorizontalPodAutoscaler\/keda-hpa-)/

function objectDifferences(reference: States, candidate: States): string[] {
  const differences = Object.entries(reference).flatMap(([id, want]) => {
    const got = candidate[id]
    if (!got) return [`${id}: missing`]
    const difference = id.startsWith('Canary/') ? statusDifference(want, got) : lost(want, got)
    return difference === undefined ? [] : [`${id} ${difference}`]
  })
  const unexpected = Object.keys(candidate).filter(
    (id) => !(id in reference) && !madeByOthers.test(id),
  )
  return [...differences, ...unexpected.map((id) => `${id}: unexpected object`)]
}

/** The first state of `want` that does not come in its turn in `got`. */
function lost(want: readonly ObjectState[], got: readonly ObjectState[]): string | undefined {
  let from = 0
  for (const [i, state] of want.entries()) {
    let why: string | undefined
    let at = from
    for (; at < got.length; at++) {
      const difference = stateDifference(state, got[at] ?? null)
      if (difference === undefined) break
      why ??= difference
    }
    if (at === got.length) return `state ${i}: ${why ?? 'never reached'}`
    from = at
  }
  return undefined
}

function stateDifference(want: ObjectState, got: ObjectState): string | undefined {
  if (want === null) return got === null ? undefined : 'not deleted'
  return got === null ? 'deleted' : lacks(want, got)
}

/** The first thing that `want` has and `got` lacks; undefined when `got` contains `want`. */
export function lacks(want: unknown, got: unknown, at = ''): string | undefined {
  if (Array.isArray(want)) return listLacks(want, got, at)
  if (typeof want !== 'object' || want === null)
    return Object.is(want, got) ? undefined : `${at || '.'}: want ${text(want)}, got ${text(got)}`
  if (typeof got !== 'object' || got === null) return `${at}: want an object, got ${text(got)}`
  const fields = new Map(Object.entries(got))
  for (const [name, value] of Object.entries(want)) {
    // Go writes a time that was never set as null.
    if (name === 'creationTimestamp' && value === null) continue
    const difference = lacks(value, fields.get(name), `${at}.${name}`)
    if (difference !== undefined) return difference
  }
  return undefined
}

function listLacks(want: readonly unknown[], got: unknown, at: string): string | undefined {
  if (!Array.isArray(got)) return `${at}: want a list, got ${text(got)}`
  if (want.length !== got.length)
    return `${at}: want ${want.length} items, got ${got.length}: ${text(got).slice(0, 200)}`
  for (const [i, item] of want.entries()) {
    const difference = lacks(item, got[i], `${at}[${i}]`)
    if (difference !== undefined) return difference
  }
  return undefined
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing'
}

function statusDifference(
  want: readonly ObjectState[],
  got: readonly ObjectState[],
): string | undefined {
  const wanted = progress(want)
  const seen = progress(got)
  for (let i = 0; i < Math.max(wanted.length, seen.length); i++)
    if (wanted[i] !== seen[i])
      return `status: step ${i}: want ${wanted[i] ?? 'end'}, got ${seen[i] ?? 'end'}`
  return undefined
}

/** What the Canary's status says, each change once. */
function progress(states: readonly ObjectState[]): string[] {
  const lines = states.flatMap((state) => {
    const status = state?.status as Record<string, string | number | undefined> | undefined
    if (!status) return []
    const { phase, canaryWeight = 0, iterations = 0, failedChecks = 0 } = status
    return [`${phase} weight ${canaryWeight} iterations ${iterations} failed ${failedChecks}`]
  })
  return withoutRepetition(lines)
}

/** Said once a tick for as long as it holds, so that their number depends on the time. */
const repeatedEvents =
  /not ready: waiting for rollout|all the metrics providers are available|not signaling a rollback/

function eventDifferences(reference: Recording, candidate: Recording): string[] {
  const got = eventsOf(candidate)
  let from = 0
  return eventsOf(reference).flatMap((event) => {
    const at = got.indexOf(event, from)
    if (at < 0) return [`event missing or out of order: ${event}`]
    from = at + 1
    return []
  })
}

function eventsOf({ timeline }: Recording): string[] {
  const events = timeline.flatMap((entry) => ('event' in entry ? [entry.event] : []))
  const plain = events.map((event) => event.replace('(combined from similar events): ', ''))
  return withoutRepetition(plain.filter((event) => !repeatedEvents.test(event)))
}

function withoutRepetition(lines: readonly string[]): string[] {
  return lines.filter((line, i) => line !== lines[i - 1])
}

function requestDifferences(
  reference: readonly RecordedRequest[],
  candidate: readonly RecordedRequest[],
): string[] {
  const missing = reference.filter((want) => !candidate.some((got) => answers(want, got)))
  return missing.map(({ method, path, query, body }) => {
    const content = query ? squeezed(query) : body
    return `request missing: ${method} ${path} ${content.slice(0, 160)}`
  })
}

function answers(want: RecordedRequest, got: RecordedRequest): boolean {
  if (want.method !== got.method || want.path !== got.path) return false
  if (want.query) return squeezed(want.query) === squeezed(got.query)
  return lacks(bodyOf(want), bodyOf(got)) === undefined
}

function squeezed(query: string): string {
  return query.replace(/\s+/g, '')
}

function bodyOf({ body }: RecordedRequest): unknown {
  const timeless = body.replace(/("(?:timestamp|ts|checksum)":\s*)("[^"]*"|\d+)/g, '$1"-"')
  try {
    return JSON.parse(timeless)
  } catch {
    return timeless
  }
}

import { isDeepStrictEqual } from 'node:util'
import type { Answer } from './client.ts'

/**
 * Where the embedded server answers otherwise than a real one, and why that may be. An entry that
 * does not hold any more is a failure.
 */
export interface Difference {
  sequence: string
  /** Of the line that tells a difference: step, request, field. */
  difference: RegExp
  reason: string
}

const wording = 'says the same in other words'
const order = 'the same faults, in another order'

export const differences: readonly Difference[] = [
  {
    sequence: 'by chance',
    difference: /^\d+: \.message is .*testing value \S+ failed: test failed/,
    reason: 'names the operation that failed, which a real server leaves out',
  },
  {
    sequence: 'refused bodies and paths',
    difference: /^(0|7|8|9|10|16|17): \.message /,
    reason: `${wording}: Go’s parsers speak there`,
  },
  {
    sequence: 'refused bodies and paths',
    difference: /^6: 400 .*, not 500 /,
    reason: 'the fault is the client’s, as it is for custom resources of a real server',
  },
  {
    sequence: 'refused bodies and paths',
    difference: /^(14|15): .* is \{"reason":"NotFound"/,
    reason: 'a path that is not served is refused with a Status everywhere; its code is the same',
  },
  {
    sequence: 'patches of a built-in kind',
    difference: /^6: \./,
    reason: order,
  },
  {
    sequence: 'patches of a built-in kind',
    difference: /^8: \./,
    reason: 'a real server repeats the whole object; the embedded one names the field',
  },
  {
    sequence: 'JSON patches',
    difference: /^(3|4|6): \.message /,
    reason: 'names the operation that failed, which a real server leaves out',
  },
  {
    sequence: 'defaults, pruning and generation of a custom resource',
    difference: /^6: \.message .*apply-patch\+cbor/,
    reason: 'lists CBOR among the media types, although it takes none',
  },
  {
    sequence: 'defaults, pruning and generation of a custom resource',
    difference: /^9: 400 .*unknown field .*, not 422 /,
    reason: 'a real server repeats the whole object; the embedded one names the field',
  },
  {
    sequence: 'the status of a custom resource',
    difference: /^9: \.message /,
    reason: 'names the path in place of the object; both say that there is no such thing',
  },
  {
    sequence: 'finalizers hold a deleted object',
    difference: /^4: \.causes\.1 is nothing/,
    reason: 'a real server says the same thing twice',
  },
  {
    sequence: 'what a deleted object owned may stay',
    difference: /^7: \.(message|causes)/,
    reason: 'says which of the references is meant',
  },
  {
    sequence: 'lists by selectors, in pages, of metadata, as tables',
    difference: /^(12|13): \.message /,
    reason: `${wording}: Go’s parsers speak there`,
  },
  {
    sequence: 'lists by selectors, in pages, of metadata, as tables',
    difference: /^\d+: \.columnDefinitions\.0\.description /,
    reason: 'the description of the field metadata.name, which nothing prints',
  },
  {
    sequence: 'watches from a version on',
    difference: /^10: 400 .*, not 500 /,
    reason: 'the fault is the client’s',
  },
  {
    sequence: 'a StatefulSet',
    difference: /^9: \.spec\.replicas is 0, not nothing/,
    reason: 'a scale of zero is written out, where Go leaves it away',
  },
  {
    sequence: 'a DaemonSet at rest and in a run',
    difference: /^\d: \.metadata\.annotations is nothing/,
    reason: 'a counter for an API that no server has any more, which nobody reads',
  },
  {
    sequence: 'a DaemonSet at rest and in a run',
    difference: /^\d: \.spec\.template\.spec\.nodeSelector is \{\}, not nothing/,
    reason: 'a map that became empty stays, where Go leaves it away',
  },
  {
    sequence: 'a HorizontalPodAutoscaler',
    difference: /^(3|4|8): \.(message|causes)/,
    reason: 'a real server finds more than one fault where the bounds or the target are wrong',
  },
  {
    sequence: 'watches that begin with what is there',
    difference: /^3: \.1\.object\.metadata\.name is "", not nothing/,
    reason: 'bookmarks carry an empty name, where those of a real server carry none',
  },
]

/** What differs in two answers, one line each; of two refusals only what clients go by. */
export function answerDifferences(want: Answer, got: Answer | undefined): string[] {
  if (want.status !== got?.status)
    return [`${got?.status} ${messageOf(got?.body)}, not ${want.status} ${messageOf(want.body)}`]
  if (want.status < 300) return fieldDifferences(want.body, got.body)
  return fieldDifferences(essence(want.body), essence(got.body))
}

function messageOf(body: unknown): string {
  return text(fieldsOf(body)?.get('message') ?? '')
}

function essence(body: unknown): unknown {
  const fields = fieldsOf(body)
  if (!fields) return body
  const details = fieldsOf(fields.get('details')) ?? new Map<string, unknown>()
  return {
    reason: fields.get('reason'),
    message: fields.get('message'),
    causes: details.get('causes'),
  }
}

/** The fields in which two values differ. */
function fieldDifferences(want: unknown, got: unknown, at = ''): string[] {
  if (isDeepStrictEqual(want, got)) return []
  const [wanted, given] = [fieldsOf(want), fieldsOf(got)]
  if (!wanted || !given || Array.isArray(want) !== Array.isArray(got))
    return [`${at} is ${text(got)}, not ${text(want)}`]
  const names = [...new Set([...wanted.keys(), ...given.keys()])]
  return names.flatMap((name) =>
    fieldDifferences(wanted.get(name), given.get(name), `${at}.${name}`),
  )
}

function fieldsOf(value: unknown): Map<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing'
}

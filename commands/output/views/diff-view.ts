/** The text of `diff`: the fields that change, as a diff shows lines. */
import type { FieldChange } from '../../../src/diff/changes.ts'
import { lineDiff } from '../../../src/diff/lines.ts'
import type { CanaryDiff } from '../../../src/diff/promotion.ts'
import { clean } from '../clean.ts'
import { compactJson } from '../documents.ts'
import type { Style } from '../style.ts'

/** `around` is how many unchanged lines are shown beside a change in a text of several lines. */
export function diffLines({ objects }: CanaryDiff, style: Style, around = 3): string[] {
  return objects.flatMap(({ kind, name, isNew, changes }) => {
    const object = clean(`${kind.toLowerCase()}/${name}`)
    return [
      style.bold(`--- ${isNew ? '/dev/null' : `${object} (now)`}`),
      style.bold(`+++ ${object} (after promotion)`),
      ...changes.flatMap((change, at) => {
        const lines = changeLines(change, style, around)
        const { parent } = placeOf(change.path)
        const last = changes[at - 1]
        const isBeside = last !== undefined && placeOf(last.path).parent === parent
        return isBeside ? lines : [style.dim(`@@ ${clean(parent || '/')} @@`), ...lines]
      }),
    ]
  })
}

function placeOf(path: string): { parent: string; field: string } {
  const [, parent = '', plain, key] = /^(.*?)(?:\.([^.[\]]+)|\[([^\]]*)\])$/.exec(path) ?? []
  return { parent, field: plain ?? key ?? path }
}

function changeLines(
  { path, before, after, masked }: FieldChange,
  style: Style,
  around: number,
): string[] {
  const { field } = placeOf(path)
  const isDifferent = masked && before !== null && after !== null
  if (isText(before) && isText(after) && [before, after].some((text) => text.includes('\n')))
    return [`   ${clean(field)}: |`, ...textLines(before, after, style, around)]
  return [
    ...valueLines(field, before, '-', isDifferent ? ' (before)' : '').map((line) =>
      style.paint('failed', line),
    ),
    ...valueLines(field, after, '+', isDifferent ? ' (after)' : '').map((line) =>
      style.paint('good', line),
    ),
  ]
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function textLines(before: string, after: string, style: Style, around: number): string[] {
  const moods = { '-': 'failed', '+': 'good' } as const
  const lines = lineDiff(before, after, around)
  if (lines.every(({ sign }) => sign === ' '))
    return [style.dim('     only the end of its last line differs')]
  return lines.map(({ sign, text }) => {
    if (text === undefined) return `     ${style.ellipsis}`
    const line = `${sign}    ${clean(text)}`.trimEnd()
    return sign === ' ' ? line : style.paint(moods[sign], line)
  })
}

function valueLines(field: string, value: unknown, sign: string, note: string): string[] {
  if (value === null || value === undefined) return []
  const text = typeof value === 'string' ? value : compactJson(value)
  const [first = '', ...more] = text.trimEnd().split('\n')
  if (more.length === 0) return [`${sign}  ${clean(field)}: ${clean(first)}${note}`]
  return [
    `${sign}  ${clean(field)}: |`,
    ...[first, ...more].map((line) => `${sign}    ${clean(line)}`),
  ]
}

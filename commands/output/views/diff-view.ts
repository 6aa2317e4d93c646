/** The text of `diff`: the fields that change, as a diff shows lines. */
import type { FieldChange } from '../../../src/diff/changes.ts'
import type { CanaryDiff } from '../../../src/diff/promotion.ts'
import { clean } from '../clean.ts'
import { compactJson } from '../documents.ts'
import type { Style } from '../style.ts'

export function diffLines({ objects }: CanaryDiff, style: Style): string[] {
  return objects.flatMap(({ kind, name, isNew, changes }) => {
    const object = clean(`${kind.toLowerCase()}/${name}`)
    return [
      style.bold(`--- ${isNew ? '/dev/null' : `${object} (now)`}`),
      style.bold(`+++ ${object} (after promotion)`),
      ...changes.flatMap((change) => changeLines(change, style)),
    ]
  })
}

function changeLines({ path, before, after, masked }: FieldChange, style: Style): string[] {
  const [, parent = '', plain, key] = /^(.*?)(?:\.([^.[\]]+)|\[([^\]]*)\])$/.exec(path) ?? []
  const field = plain ?? key ?? path
  const isDifferent = masked && before !== null && after !== null
  return [
    style.dim(`@@ ${clean(parent || '/')} @@`),
    ...valueLines(field, before, '-', isDifferent ? ' (before)' : '').map((line) =>
      style.paint('failed', line),
    ),
    ...valueLines(field, after, '+', isDifferent ? ' (after)' : '').map((line) =>
      style.paint('good', line),
    ),
  ]
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

/** What an import says of what it made. */
import { commentedYaml } from '../../../../commands/drafting/yaml.ts'
import { readDocuments } from '../../../../commands/linting/documents.ts'
import type { Imported } from '../../../../src/drafts/rollout/import.ts'
import { lint } from '../../../../src/lint/lint.ts'

export function essential({ remarks }: Imported): string[] {
  return remarks.flatMap(({ weight, message }) => (weight === 'essential' ? [message] : []))
}

export function errorsOf({ canary, others }: Imported): string[] {
  const text = [...others, canary].map((one) => commentedYaml(one, {})).join('---\n')
  const { findings } = lint(readDocuments({ from: 'x', text }), { now: new Date(0), skip: [] })
  return findings.flatMap(({ severity, message }) => (severity === 'error' ? [message] : []))
}

export function changed({ remarks }: Imported): string[] {
  return remarks.flatMap(({ weight, field, message }) =>
    weight === 'changed' ? [`${field}: ${message}`] : [],
  )
}

export function lost({ remarks }: Imported): string[] {
  return remarks.flatMap(({ weight, field, message }) =>
    weight === 'lost' ? [`${field}: ${message}`] : [],
  )
}

/** Findings as text, as annotations of a workflow, and as SARIF 2.1.0. Pure. */
import type { CanaryLint, LintFinding } from '../../src/lint/finding.ts'
import { clean } from '../output/clean.ts'
import type { Style } from '../output/style.ts'

/** One line each, as compilers print them, and how many there are. */
export function lintText({ findings, counts }: CanaryLint, style: Style): string {
  const lines = findings.map(({ file, line, column, severity, code, object, message }) => {
    const where = `${clean(file)}:${line}:${column}:`
    const painted = style.paint(severity === 'error' ? 'failed' : 'warning', severity)
    const of = object === '' ? '' : `${clean(object)}: `
    return `${where} ${painted} ${code} ${of}${clean(message)}`
  })
  const sum = [
    counted(counts.documents, 'document'),
    counted(counts.canaries, 'canary', 'canaries'),
    counted(counts.errors, 'error'),
    counted(counts.warnings, 'warning'),
  ].join(', ')
  return `${[...lines, sum].join('\n')}\n`
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** Commands that a GitHub workflow shows beside the lines of a pull request. */
export function githubText({ findings }: CanaryLint): string {
  return findings
    .map(({ severity, file, line, column, code, message }) => {
      const at = `file=${property(file)},line=${line},col=${column},title=${code}`
      return `::${severity} ${at}::${data(clean(message))}\n`
    })
    .join('')
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

/** https://docs.oasis-open.org/sarif/sarif/v2.1.0 */
export function sarifOf({ findings }: CanaryLint, version: string): object {
  const rules = [...new Set(findings.map(({ code }) => code))].sort().map((id) => ({ id }))
  const driver = { name: 'kubectl-canary', version: version.replace(/^v/, ''), rules }
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, results: findings.map(resultOf) }],
  }
}

function resultOf({ code, severity, file, line, column, message }: LintFinding): object {
  const uri = file === 'stdin' ? 'stdin' : encodeURI(file.replaceAll('\\', '/'))
  const region = { startLine: line, startColumn: column }
  return {
    ruleId: code,
    level: severity,
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation: { uri }, region } }],
  }
}

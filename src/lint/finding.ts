/** `CanaryLint`: what is wrong with manifests, and where. Pure. */

export type LintSeverity = 'error' | 'warning'

export interface LintFinding {
  /** `LNT012`; docs/cli.md lists them. */
  code: string
  severity: LintSeverity
  file: string
  /** Counted from 1. */
  line: number
  column: number
  /** `spec.analysis.stepWeights`; empty for the whole document. */
  path: string
  /** `canary podinfo`, where it is about one. */
  object: string
  message: string
}

export interface CanaryLint {
  apiVersion: 'cli.canary/v1'
  kind: 'CanaryLint'
  findings: LintFinding[]
  counts: { documents: number; canaries: number; errors: number; warnings: number }
}

/** A document of a file, or an item of a List in it. */
export interface LintDocument {
  file: string
  value: unknown
  /** Keys that stand twice in one map: only the last of them counts. */
  repeated: readonly Place[]
  /** Of the field of that path; of the nearest one above where it is missing. */
  place(path: string): Place
}

/** Counted from 1. */
export interface Place {
  line: number
  column: number
}

/** A finding before anybody has looked where it is. */
export interface Remark {
  code: string
  severity: LintSeverity
  path: string
  message: string
}

/** A remark that makes the command fail; `path` is that of the field. */
export function error(code: string, path: string, message: string): Remark {
  return { code, severity: 'error', path, message }
}

/** A remark that fails with --strict alone. */
export function warning(code: string, path: string, message: string): Remark {
  return { code, severity: 'warning', path, message }
}

/** `CanaryDiagnosis`: why a canary does not move, and what to do. Pure. */
import type { Canary } from '../canary/canary.ts'
import type { Lag } from '../metrics/provider.ts'
import type { Metadata } from '../objects.ts'
import type { CanaryReport } from '../report/report.ts'
import type { Unread } from '../report/unread.ts'

export interface Finding {
  /** `CAN104`; docs/cli.md lists them. */
  code: string
  severity: 'error' | 'warning'
  message: string
  /** What was seen of it. */
  evidence: string[]
  /** What is likely behind it; null where the message says it all. */
  cause: string | null
  /** What mends it: commands to paste, or words. */
  actions: string[]
}

export interface CanaryDiagnosis {
  apiVersion: 'cli.canary/v1'
  kind: 'CanaryDiagnosis'
  metadata: { name: string; namespace: string }
  state: string
  findings: Finding[]
  /** Rules that found nothing. */
  passed: number
  /** Rules that could not look, each with why. */
  notChecked: string[]
  /** Every rule, in the order of the codes. */
  checks: Check[]
  /** Requests that gave nothing: what they would have shown is left out. */
  unread: Unread[]
  /** What comes next if nothing changes; null at rest. */
  next: string | null
}

/** What came of one rule. */
export interface Check {
  code: string
  /** What holds where it finds nothing. */
  well: string
  result: 'passed' | 'found' | 'not-checked'
  /** Why it could not look. */
  why: string | null
}

/** What rules look at, beside the Canary. */
export type Need = 'workloads' | 'routes' | 'autoscaler' | 'references' | 'neighbours' | 'kinds'

/** What the rules look at. */
export interface DiagnosisFacts {
  report: CanaryReport
  canary: Canary
  /** Names of other canaries with the same target. */
  rivals: readonly string[]
  /** What is wrong with the Canary and what it refers to, as the controller would say it. */
  faults: readonly { message: string; isFatal: boolean }[]
  /** What the spec gets wrong, so that nothing is worked on. */
  problems: readonly string[]
  /** Why the target can't be released, such as pods that can't be selected. */
  targetProblem: string | undefined
  /** What is wrong with its autoscaler, and that of the primary, as the controller would say it. */
  scalerFaults: readonly string[]
  /** Why pods of either can't serve, as the controller would say it; absent where they can. */
  notReady: Partial<Record<'canary' | 'primary', string>>
  /** Absent where it is not there, or may not be read. */
  primary: Metadata | undefined
  /** How late the samples of a judged metric come; absent where nobody asked, or nothing is known. */
  lag?: (Lag & { metric: string }) | undefined
  /** Kinds of its provider that the cluster does not have. */
  missingKinds: readonly string[]
  /** What could not be read of these, or only in part. */
  hidden: Partial<Record<Need, Unread>>
  /** All that could not be read. */
  unread: readonly Unread[]
  command: Command
}

/** Whether it has fewer pods than it needs: one that wants none may still need some. */
export function lacksPods(
  { report, notReady }: DiagnosisFacts,
  side: 'canary' | 'primary',
): boolean {
  const { found, ready, desired } = report.workloads[side]
  return found && (ready < desired || (desired === 0 && notReady[side] !== undefined))
}

/** A command of the plugin for this canary, and others in its namespace. */
export interface Command {
  plugin(verb: string, ...words: string[]): string
  /** One that takes no name. */
  general(verb: string, ...words: string[]): string
  kubectl(...words: string[]): string
}

export interface DiagnosisRule {
  code: string
  severity: Finding['severity']
  /** What holds where it finds nothing. */
  well: string
  /** Where that can't be read nothing can be said. */
  needs?: Need
  /** Where some of that can't be read it may find something, but nothing says nothing. */
  uses?: Need
  /** Undefined where nothing is wrong. */
  look(facts: DiagnosisFacts): Seen | undefined
}

/** A finding as its rule tells it. */
export interface Seen {
  message: string
  evidence?: string[]
  cause?: string
  actions: string[]
}

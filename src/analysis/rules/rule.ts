/** A phase is a list of named rules, read from top to bottom: the first that answers decides. */
import type { CheckResult, Decision, Effect, Step } from '../decision.ts'
import type { Turn } from '../turn.ts'

/** One row of a list. */
export interface Rule {
  /** As the decision, the log line and the tests have it. */
  name: string
  /** Why it is there, for people; the documentation shows it beside the name. */
  because: string
  /** A step that a person ordered goes past it. */
  yields?: true
  /** What to do, or what to ask; what is noted where it lets the step go on; or nothing at all. */
  apply(turn: Turn): Step | Noted | undefined
}

/** A rule that lets the step go on, and what is told and kept with whatever decides. */
export interface Noted {
  kind: 'noted'
  told: readonly Effect[]
  results: readonly CheckResult[]
}

/** Goes on, with these events. */
export function noted(told: readonly Effect[], results: readonly CheckResult[] = []): Noted {
  return { kind: 'noted', told, results }
}

/** What the first rule that answers decides, by its name; undefined where none does. */
export function firstOf(rules: readonly Rule[], turn: Turn): Decision | undefined {
  let now = turn
  for (const rule of rules) {
    const said = rule.yields && now.order ? undefined : rule.apply(now)
    if (said?.kind === 'noted') now = withNoted(now, said)
    else if (said) return { ...said, rule: rule.name }
  }
  return undefined
}

function withNoted(turn: Turn, { told, results }: Noted): Turn {
  return { ...turn, before: [...turn.before, ...told], results: [...turn.results, ...results] }
}

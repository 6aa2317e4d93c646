/** What controller and plugin find wrong of a Canary anyway, with a code for each. Pure. */
import type { Canary } from '../canary/canary.ts'
import { inspect } from '../inspection/inspect.ts'
import { validate } from '../inspection/validate.ts'
import type { Find } from '../objects.ts'
import { routerFor, unknownProvider } from '../routers/index.ts'
import { usualSettings } from '../routers/router.ts'
import type { LintSeverity, Remark } from './finding.ts'

/** The first that fits gives the code. */
const codes: readonly (readonly [pattern: RegExp, code: string])[] = [
  [/spec\.targetRef|service\.port is missing|spec\.analysis is missing/, 'LNT003'],
  [/^spec\.provider |^provider /, 'LNT004'],
  [/spec\.analysis\.interval/, 'LNT010'],
  [/would never end/, 'LNT011'],
  [/list growing weights|has a weight over 100/, 'LNT012'],
  [/stepWeights beside stepWeight/, 'LNT013'],
  [/maxWeight/, 'LNT014'],
  [/spec\.analysis\.threshold/, 'LNT015'],
  [/moves no traffic/, 'LNT018'],
  [/mirror/, 'LNT017'],
  [/not a built-in metric/, 'LNT031'],
  [/thresholdRange|has min|has max/, 'LNT032'],
  [/not found|is not there|templateRef\.name|providerRef\.name/, 'LNT033'],
  [/templateVariables|map has no entry/, 'LNT034'],
  [/spec\.analysis\.webhooks/, 'LNT041'],
  [/cookie/i, 'LNT061'],
]

/** `problems` are those that reading it found. */
export function knownFaults(
  canary: Canary,
  problems: readonly string[],
  { find, now, isLive }: { find: Find; now: Date; isLive: boolean },
): Remark[] {
  const fatal = [...problems, ...validate(canary, { noCrossNamespaceRefs: false })]
  const provider = unknownProvider(canary.provider)
  const all = provider ? [...fatal, provider] : fatal
  const errors = all.map((message) => remark(message, 'error', canary))
  // What is not even read can't be looked into.
  if (problems.length > 0) return errors
  const abilities = routerFor(canary.provider).abilities({ canary, settings: usualSettings })
  const faults = inspect(canary, { find, now, abilities, meshProvider: canary.provider })
  const others = faults.map(({ message, isFatal }) => {
    const found = remark(message, isFatal ? 'error' : 'warning', canary)
    // Other files, or the cluster, may have what is not in these.
    return found.code === 'LNT033' && !isLive ? { ...found, severity: 'warning' as const } : found
  })
  return [...errors, ...others]
}

function remark(text: string, severity: LintSeverity, { label }: Canary): Remark {
  const message = text.replace(`canary ${label}: `, '')
  const code = codes.find(([pattern]) => pattern.test(message))?.[1] ?? 'LNT090'
  const [path = ''] = /\bspec(\.\w+|\[\d+\])*/.exec(message) ?? []
  return { code, severity, path, message }
}

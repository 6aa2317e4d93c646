/** Hooks that can't be asked, or that are rarely meant so. */
import type { Fault } from '../analysis/decision.ts'
import { type EffectiveWebhook, mostHookRetries } from '../canary/analysis.ts'
import type { Canary } from '../canary/canary.ts'
import { isGate } from '../canary/gates.ts'
import { fatal, odd } from './fault.ts'

/** Each is said with what comes of it: some hooks end a run, others hold it, others only tell. */
export function hookFaults({ spec, analysis }: Canary): Fault[] {
  return analysis.webhooks.flatMap((hook, index) => {
    const { call, retries = 0 } = spec.analysis.webhooks?.[index] ?? {}
    const field = `spec.analysis.webhooks[${index}] ${hook.name}`
    const isCheck = hook.type === 'rollout' || hook.type === 'pre-rollout'
    const unasked = isCheck
      ? (what: string) => fatal(`${field} ${what}`, { name: hook.name, kind: 'webhook' })
      : (what: string) => odd(`${field} ${what}`)
    return [
      ...obstacles(hook).map((what) => unasked(what)),
      ...oddities(hook, { call, retries }).map((what) => odd(`${field} ${what}`)),
    ]
  })
}

/** Why it is never called. */
function obstacles({ url, timeoutError, type, call }: EffectiveWebhook): string[] {
  const found: string[] = []
  const comesOfIt = type.startsWith('confirm-') ? ', so that this gate never opens by itself' : ''
  if (timeoutError !== undefined)
    found.push(`has no valid timeout (${timeoutError})${comesOfIt}; write it like 10s`)
  const [placeholder] = placeholders.exec(url) ?? []
  if (placeholder !== undefined)
    found.push(
      `has ${placeholder} in url, which nothing fills in${comesOfIt}; write the address itself`,
    )
  // Without an address the Canary itself keeps the gate, by annotation.
  else if (!isWebAddress(url) && !(url === '' && isGate({ type, call })))
    found.push(`has no http or https address in url${comesOfIt}; correct it`)
  return found
}

/**
 * Of shells, of Helm and kustomize, of documentation: `${X}`, `$(X)`, `$X`, `{{ x }}`, `<x>`. None
 * goes past what could begin another one, so that an address is gone through once.
 */
const placeholders = /\$\{[^{}]*\}|\$\([^()]*\)|\$[A-Z_]{2,}|\{\{[^{}]*\}\}|<[\w -]+>/

/** Services that only take messages: none of them ever says yes or no. */
const chatServices =
  /^https?:\/\/(hooks\.slack\.com|(\w+\.)?discord(app)?\.com|chat\.googleapis\.com|[\w.]+\.webhook\.office\.com)\//i
const notifies = /notif/i

function oddities(
  { type, call, url, name, metadata, timeoutMs, timeoutError }: EffectiveWebhook,
  written: { call: string | undefined; retries: number },
): string[] {
  const found: string[] = []
  if (written.call !== undefined && type !== 'rollback')
    found.push('has call, which only type rollback knows; remove it')
  const { method, cmd, type: runner } = metadata
  const isForLoadTester = cmd !== undefined || runner !== undefined
  if (method !== undefined && !isForLoadTester && !isMethod(method))
    found.push('has an unknown metadata.method, POST is used; correct it')
  if (timeoutMs === 0 && timeoutError === undefined)
    found.push(
      'has a timeout of nothing, in which nobody answers, so 10s is used; set a longer one',
    )
  if (written.retries > mostHookRetries)
    found.push(
      `has retries ${written.retries}, of which ${mostHookRetries} are made; set at most ${mostHookRetries}`,
    )
  if (!chatServices.test(url) && !notifies.test(name)) return found
  if (type.startsWith('confirm-'))
    found.push(
      `is a gate, which holds the run until it answers yes; to send a message use type event, or analysis.alerts`,
    )
  if (type === 'rollback' && call === 'poll')
    found.push(
      'is asked at each check, and any 2xx answer rolls back; to be told of a rollback set call to onRollback',
    )
  return found
}

function isMethod(text: string): boolean {
  return /^(get|post|put|patch|delete)$/i.test(text.trim())
}

function isWebAddress(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '')
}

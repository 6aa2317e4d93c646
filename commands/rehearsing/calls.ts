/** Calls hooks and sends test messages, once each. */

import type { EffectiveAlert, EffectiveWebhook } from '../../src/canary/analysis.ts'
import type { AlertProviderResource } from '../../src/canary/api.gen.ts'
import type { Canary } from '../../src/canary/canary.ts'
import { parseAlertProvider } from '../../src/canary/references.ts'
import { messageOf } from '../../src/errors.ts'
import type { Http } from '../../src/io/http.ts'
import { alertFor, targetOf } from '../../src/notifiers/alerts.ts'
import { attemptOf } from '../../src/notifiers/answer.ts'
import { notifiers } from '../../src/notifiers/index.ts'
import type { KubeObject } from '../../src/objects.ts'
import { decodeSecret } from '../../src/secrets.ts'
import { createBudget } from '../../src/template/budget.ts'
import { meaningOf } from '../../src/webhooks/answer.ts'
import { renderMetadata } from '../../src/webhooks/metadata.ts'
import { hookPayload } from '../../src/webhooks/payload.ts'
import { hookRequest } from '../../src/webhooks/request.ts'
import type { Session } from '../shell/session.ts'
import { type Probe, timed } from './probe.ts'

/** Hooks that a server answers; a gate without an address is opened by people alone. */
export function callable({ analysis }: Canary): EffectiveWebhook[] {
  return analysis.webhooks.filter(({ url, type }) => url !== '' && type !== 'event')
}

/** One after the other, as a run calls them; a hook that says no is a probe that fails. */
export async function called(
  canary: Canary,
  send: Http,
  { clock, signal }: Session,
): Promise<Probe[]> {
  const probes: Probe[] = []
  for (const hook of callable(canary)) {
    const { answer, tookMs } = await timed(clock, () => verdictOf(hook, canary, send))
    signal.throwIfAborted()
    probes.push({ name: hook.name, kind: 'hook', ...answer, tookMs })
  }
  return probes
}

type Verdict = Pick<Probe, 'verdict' | 'why'>

async function verdictOf(hook: EffectiveWebhook, canary: Canary, send: Http): Promise<Verdict> {
  try {
    if (hook.secretName !== undefined)
      return { verdict: 'error', why: 'its login is with the controller, and not here' }
    const metadata = renderMetadata(hook, canary, createBudget())
    const { name, namespace, status } = canary
    const phase = status.phase ?? 'Initialized'
    const payload = hookPayload({ name, namespace, phase, status, metadata })
    const meaning = meaningOf(await send(hookRequest(hook, metadata, { payload })))
    const isRollback = hook.type === 'rollback'
    if (meaning.kind === 'retry') return { verdict: 'error', why: 'it has no answer at the moment' }
    if (meaning.kind === 'passed')
      return isRollback ? { verdict: 'fail', why: 'it asks for a rollback' } : { verdict: 'pass' }
    return isRollback ? { verdict: 'pass' } : { verdict: 'fail', why: meaning.why }
  } catch (error) {
    return { verdict: 'error', why: messageOf(error) }
  }
}

/** One marked test message to each AlertProvider of the Canary. */
export async function alerted(canary: Canary, send: Http, session: Session): Promise<Probe[]> {
  const probes: Probe[] = []
  for (const entry of canary.analysis.alerts) {
    const put = () => sent(entry, canary, { send, session })
    const { answer, tookMs } = await timed(session.clock, put)
    session.signal.throwIfAborted()
    probes.push({ name: entry.name, kind: 'alert', ...answer, tookMs })
  }
  return probes
}

async function sent(
  { providerRef }: EffectiveAlert,
  canary: Canary,
  { send, session: { kube, signal } }: { send: Http; session: Session },
): Promise<Verdict> {
  try {
    const kind = { apiVersion: 'flagger.app/v1beta1', kind: 'AlertProvider' }
    const provider = await kube.get<AlertProviderResource>({ ...kind, ...providerRef }, signal)
    if (!provider) return { verdict: 'error', why: 'there is no such AlertProvider' }
    const { spec, problems } = parseAlertProvider(provider)
    const notifier = Object.hasOwn(notifiers, spec.type) ? notifiers[spec.type] : undefined
    if (problems[0] !== undefined || !notifier)
      return { verdict: 'error', why: problems[0] ?? `type ${spec.type} is not supported` }
    if (notifier.occasions && !notifier.occasions.includes(occasion))
      return { verdict: 'skipped', why: 'it takes incidents only, and a test would open one' }
    const { namespace } = providerRef
    const ref = spec.secretRef && { apiVersion: 'v1', kind: 'Secret', namespace, ...spec.secretRef }
    const secret = ref && (await kube.get<KubeObject>(ref, signal))
    const target = targetOf({ ...provider, spec }, secret && decodeSecret(secret))
    const answer = await send(notifier.request(target, testAlert(canary)))
    const attempt = attemptOf(answer, target, notifier)
    return attempt.sent ? { verdict: 'pass' } : { verdict: 'fail', why: attempt.why }
  } catch (error) {
    return { verdict: 'error', why: messageOf(error) }
  }
}

const occasion = 'started'

function testAlert(canary: Canary) {
  const message = 'TEST: sent by kubectl canary rehearse --alerts; nothing has happened'
  const of = { occasion, severity: 'info', message, fields: true } as const
  return alertFor(canary, of, { clusterName: '', gateUrl: '' })
}

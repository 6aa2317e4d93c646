/** Tells the world: Kubernetes events, event hooks, alerts. Nothing here delays a tick. */
import type { Effect, EventType } from '../src/analysis/decision.ts'
import type { EffectiveAlert, EffectiveWebhook } from '../src/canary/analysis.ts'
import type { AlertProviderResource } from '../src/canary/api.gen.ts'
import type { Canary, Phase } from '../src/canary/canary.ts'
import type { Clock } from '../src/io/clock.ts'
import type { Http } from '../src/io/http.ts'
import type { Cache } from '../src/io/kube/cache.ts'
import type { EventRecorder } from '../src/io/kube/events.ts'
import type { Log } from '../src/io/log.ts'
import { alertFor, targetOf, wants } from '../src/notifiers/alerts.ts'
import { notifiers } from '../src/notifiers/index.ts'
import { messageFrom } from '../src/notifiers/message-template.ts'
import type { Alert, NotifierTarget } from '../src/notifiers/notifier.ts'
import { decodeSecret } from '../src/secrets.ts'
import { eventPayload } from '../src/webhooks/payload.ts'
import type { Config } from './config.ts'
import type { Contents } from './contents.ts'
import { deliver } from './hook-call.ts'
import { createLanes } from './lanes.ts'

export interface ToldEvent {
  type: EventType
  message: string
  phase: Phase
}

export interface Teller {
  event(canary: Canary, event: ToldEvent): void
  alert(canary: Canary, alert: Extract<Effect, { kind: 'alert' }>): void
  /** Resolves when everything that waits was sent, or failed. */
  flush(): Promise<void>
}

export interface TellerDeps {
  recorder: EventRecorder
  http: Http
  cache: Cache
  contents: Contents
  clock: Clock
  log: Log
  config: Readonly<Config>
  signal: AbortSignal
}

/** Of a canary whose receivers are slow, no more than this waits; the oldest goes first. */
const mostWaiting = 200
const globalHookTimeoutMs = 10_000

export function createTeller(deps: TellerDeps): Teller {
  const { recorder, log, config, clock } = deps
  const lanes = createLanes(mostWaiting, (key) =>
    log.warn({ canary: key }, 'messages were dropped: their receivers are too slow'),
  )

  return {
    event(canary, event) {
      const write = event.type === 'Warning' ? log.warn : log.info
      write.call(log, { canary: canary.label, dryRun: config.dryRun || undefined }, event.message)
      if (config.dryRun) return
      recorder.event(canary.resource, event.type, event.message)
      const now = clock.now()
      for (const hook of eventHooks(canary, config))
        lanes.add(canary.label, () => sendEvent(deps, { canary, hook, event, now }))
    },
    alert(canary, of) {
      if (config.dryRun) return
      const alert = alertFor(canary, of, config.clusterName)
      lanes.add(`${canary.label}/alerts`, () => sendAlert(deps, canary, alert))
    },
    flush: () => lanes.flush(),
  }
}

/** The canary's own event hooks; only where it has none, the global one. */
function eventHooks(canary: Canary, { eventWebhook }: Readonly<Config>): EffectiveWebhook[] {
  const own = canary.analysis.webhooks.filter(({ type }) => type === 'event')
  if (own.length > 0 || eventWebhook === '') return own
  const global: EffectiveWebhook = {
    name: 'event-webhook',
    type: 'event',
    url: eventWebhook,
    timeoutMs: globalHookTimeoutMs,
    retries: 0,
    muteAlert: false,
    disableTLS: false,
    call: 'poll',
    metadata: {},
  }
  return [global]
}

async function sendEvent(
  deps: TellerDeps,
  of: { canary: Canary; hook: EffectiveWebhook; event: ToldEvent; now: Date },
): Promise<void> {
  const { canary, hook, event, now } = of
  const { name, namespace, status } = canary
  const { passed, why } = await deliver(hook, canary, deps, (metadata) =>
    eventPayload(
      { name, namespace, phase: event.phase, status, metadata },
      { message: event.message, type: event.type, now },
    ),
  )
  if (!passed)
    deps.log.error(
      { canary: canary.label, hook: hook.name },
      `error sending event to webhook: ${why}`,
    )
}

async function sendAlert(deps: TellerDeps, canary: Canary, alert: Alert): Promise<void> {
  const { alerts } = canary.analysis
  if (alerts.length === 0) return sendGlobal(deps, canary, alert)
  for (const entry of alerts) {
    if (!wants(entry.severity, alert.severity)) continue
    const { name, namespace } = entry.providerRef
    try {
      await sendTo(deps, entry, { canary, alert })
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      deps.log.error({ canary: canary.label }, `alert provider ${name}.${namespace} error: ${why}`)
    }
  }
}

async function sendTo(
  deps: TellerDeps,
  entry: EffectiveAlert,
  { canary, alert }: { canary: Canary; alert: Alert },
): Promise<void> {
  const { name, namespace } = entry.providerRef
  const ref = { apiVersion: 'flagger.app/v1beta1', kind: 'AlertProvider', namespace, name }
  const provider = deps.cache.get<AlertProviderResource>(ref)
  if (!provider) throw new Error(`alertproviders.flagger.app "${name}" not found`)
  const { type, secretRef, messageTemplate } = provider.spec
  const secret = secretRef && (await readSecret(deps, namespace, secretRef.name))
  const target = targetOf(provider, secret)
  if (target.address === '' && !hasOwnAddress.includes(type))
    throw new Error('no address; set spec.address or the entry "address" of the secret')
  await post(deps, type, target, templated(deps, messageTemplate, { canary, alert }))
}

/** These know where to send to; their Secret holds a key. */
const hasOwnAddress: readonly string[] = ['pagerduty']

async function readSecret(
  { cache, contents, signal }: TellerDeps,
  namespace: string,
  name: string,
): Promise<Record<string, string>> {
  const metadata = cache.get({ apiVersion: 'v1', kind: 'Secret', namespace, name })
  const secret = metadata && (await contents.read(metadata, signal))
  if (!secret) throw new Error(`secretRef error: secrets "${name}" not found`)
  return decodeSecret(secret)
}

/** The alert in the provider's own words, or in ours where its template can't be used. */
function templated(
  { log }: TellerDeps,
  template: string | undefined,
  { canary, alert }: { canary: Canary; alert: Alert },
): Alert {
  if (template === undefined) return alert
  const { message, problem } = messageFrom(template, canary, alert)
  if (problem !== undefined)
    log.error({ canary: canary.label }, `messageTemplate was not used: ${problem}`)
  return { ...alert, message }
}

async function sendGlobal(deps: TellerDeps, canary: Canary, alert: Alert): Promise<void> {
  const { slack, msteams } = deps.config
  const none = { channel: 'general', username: 'flagger', token: '', proxy: '' }
  try {
    if (msteams.url !== '')
      await post(deps, 'msteams', { ...none, address: msteams.url, proxy: msteams.proxy }, alert)
    else if (slack.url !== '') {
      const { url: address, user: username, channel, token, proxy } = slack
      await post(deps, 'slack', { address, username, channel, token, proxy }, alert)
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    deps.log.error({ canary: canary.label }, `global alert was not sent: ${why}`)
  }
}

async function post(
  { http, signal }: TellerDeps,
  type: string,
  target: NotifierTarget,
  alert: Alert,
): Promise<void> {
  const notifier = Object.hasOwn(notifiers, type) ? notifiers[type] : undefined
  if (!notifier) throw new Error(`provider ${type} not supported`)
  const { status, body } = await http(notifier.request(target, alert), signal)
  if (status < 200 || status > 299)
    throw new Error(`sending notification bad response ${status}: ${body.slice(0, 200)}`)
  // Slack's API answers 200 to a wrong channel or token.
  if (/^\s*\{"ok":\s*false/.test(body)) throw new Error(`refused: ${body.slice(0, 200)}`)
}

/** Tells the world: Kubernetes events, event hooks, alerts. Nothing here delays a tick. */
import type { Effect, EventType } from '../../src/analysis/decision.ts'
import type { EffectiveWebhook } from '../../src/canary/analysis.ts'
import type { Canary, Phase } from '../../src/canary/canary.ts'
import { messageOf } from '../../src/errors.ts'
import type { EventRecorder } from '../../src/io/kube/events.ts'
import { alertFor } from '../../src/notifiers/alerts.ts'
import type { Alert } from '../../src/notifiers/notifier.ts'
import { withoutSecrets } from '../../src/secrets.ts'
import { eventPayload } from '../../src/webhooks/payload.ts'
import type { Config } from '../process/config.ts'
import type { Metrics } from '../process/metrics.ts'
import { deliver } from '../tick/hook-call.ts'
import type { Shares } from '../tick/shares.ts'
import { type AlertingDeps, notify, receiversOf } from './alerting.ts'
import { createLanes } from './lanes.ts'

export interface ToldEvent {
  type: EventType
  message: string
  phase: Phase
}

export interface Teller {
  event(canary: Canary, event: ToldEvent): void
  alert(canary: Canary, alert: Extract<Effect, { kind: 'alert' }>): void
  /** At the end: resolves when everything that waits was sent, or failed; nothing is waited for. */
  flush(): Promise<void>
}

export interface TellerDeps extends AlertingDeps {
  recorder: EventRecorder
  config: Readonly<Config>
  metrics: Pick<Metrics, 'alert'>
  shares: Shares
}

/** Of a canary whose receivers are slow, no more than this waits; the oldest goes first. */
const mostWaiting = 200
const globalHookTimeoutMs = 10_000

export function createTeller(deps: TellerDeps): Teller {
  const { recorder, log, config, clock, metrics } = deps
  /** Alerts don't wait behind hooks that hang. */
  const within = ({ namespace }: Canary, what: 'alerts' | 'events') => ({
    ...deps,
    http: deps.shares.of(`${what} of ${namespace}`, deps.http),
  })
  // One for each receiver: the others hear in time, and in order, where one of them is slow.
  const lanes = createLanes(mostWaiting, (lane) =>
    log.error({ lane }, 'messages were dropped: their receiver is too slow'),
  )

  const ending = new AbortController()

  function record(canary: Canary, event: ToldEvent): void {
    recorder.event(canary.resource, event.type, event.message)
    const now = clock.now()
    for (const hook of eventHooks(canary, config))
      lanes.add(`${canary.label}/event hook ${hook.name}`, () =>
        sendEvent(within(canary, 'events'), { canary, hook, event, now }),
      )
  }

  function send(canary: Canary, alert: Alert): void {
    for (const receiver of receiversOf(within(canary, 'alerts'), canary, alert))
      lanes.add(`${canary.label}/${receiver.name}`, async () => {
        const why = await notify(receiver, { clock, ending: ending.signal })
        metrics.alert(receiver.type(), why === undefined)
        if (why !== undefined) unsent(canary, why, alert.message)
      })
  }

  function unsent(canary: Canary, why: string, text: string): void {
    const message = `${why}; not sent: ${text}`
    log.error({ canary: canary.label }, message)
    const { phase = '' } = canary.status
    record(canary, { type: 'Warning', message, phase })
  }

  return {
    event(canary, event) {
      const write = event.type === 'Warning' ? log.warn : log.info
      write.call(log, { canary: canary.label, dryRun: config.dryRun || undefined }, event.message)
      if (!config.dryRun) record(canary, event)
    },
    alert(canary, of) {
      if (config.dryRun) return
      try {
        send(canary, alertFor(canary, of, config.clusterName))
      } catch (error) {
        // What was decided is done already: no alert may keep the rest of the step from it.
        unsent(canary, `the alert can't be made: ${messageOf(error)}`, of.message)
      }
    },
    flush() {
      ending.abort()
      return lanes.flush()
    },
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
  const caller = { ...deps, hookMethods: deps.config.hookMethods }
  const { passed, why } = await deliver(hook, canary, caller, (metadata) =>
    eventPayload(
      { name, namespace, phase: event.phase, status, metadata },
      { message: event.message, type: event.type, now },
    ),
  )
  if (passed) return
  // The canary's own hooks stand in its spec; the global one may be a secret.
  const path = URL.parse(deps.config.eventWebhook)?.pathname ?? ''
  deps.log.error(
    { canary: canary.label, hook: hook.name },
    `error sending event to webhook: ${withoutSecrets(why, [path])}`,
  )
}

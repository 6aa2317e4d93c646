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
import { deliver } from '../asking/hook-call.ts'
import { hookToken } from '../observe/beside/hook-token.ts'
import type { Config } from '../process/config/config.ts'
import type { Metrics } from '../process/metrics.ts'
import type { Beside, Shares } from '../queue/shares.ts'
import { type AlertingDeps, isHeard, notify, receiversOf, type ThreadsOf } from './alerting.ts'
import type { Correspondence } from './correspondence.ts'
import { createLanes } from './lanes.ts'

export interface ToldEvent {
  type: EventType
  message: string
  phase: Phase
}

export interface Teller {
  /** Logs it, writes it as a Kubernetes event, and sends it to hooks for events. */
  event(canary: Canary, event: ToldEvent): void
  /** One that the status has is taken from it once everybody has heard; `letter` sees to that. */
  alert(canary: Canary, alert: AlertEffect, letter?: Letter): void
  /** Whether anybody is to hear of an alert. */
  hears(canary: Canary, alert: AlertEffect): boolean
  /** At the end: resolves when everything that waits was sent, or failed; nothing is waited for. */
  flush(): Promise<void>
}

type AlertEffect = Extract<Effect, { kind: 'alert' }>

/** How an alert is followed that stands in the status until it is sent. */
export interface Letter {
  correspondence: Correspondence
  /** Whether the status has it indeed. */
  isKept: boolean
  /** Everybody has heard, which is to be noted. */
  wake: () => void
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

/** For the whole process. In a dry run events are only logged, and alerts dropped. */
export function createTeller(deps: TellerDeps): Teller {
  const { recorder, log, config, clock, metrics } = deps
  /** Alerts don't wait behind hooks that hang. */
  const within = ({ namespace }: Canary, what: Beside) => ({
    ...deps,
    http: deps.shares.of(namespace, deps.http, what),
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

  function send(canary: Canary, alert: Alert, of: AlertEffect, letter?: Letter): void {
    const { told = [] } = of
    const receivers = receiversOf(
      within(canary, 'alerts'),
      canary,
      alert,
      threadsFor(of, letter),
    ).filter((receiver) => !told.includes(receiver.id))
    const end = followed(of, letter, receivers.length)
    for (const receiver of receivers)
      lanes.add(`${canary.label}/${receiver.name}`, async () => {
        const failed = await notify(receiver, { clock, ending: ending.signal })
        // The next process finds it in the status, and has more time.
        if (failed?.isCutShort && letter?.isKept && of.id !== undefined) return
        metrics.alert(receiver.type(), failed === undefined)
        if (failed) unsent(canary, failed.why, alert.message)
        end(receiver.id)
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
    hears: (canary, alert) => isHeard(deps, canary, alert),
    alert(canary, of, letter) {
      if (config.dryRun) return
      try {
        send(canary, alertFor(canary, of, config), of, letter)
      } catch (error) {
        // What was decided is done already: no alert may keep the rest of the step from it.
        unsent(canary, `the alert can't be made: ${messageOf(error)}`, of.message)
        followed(of, letter, 0)
      }
    },
    flush() {
      ending.abort()
      return lanes.flush()
    },
  }
}

/** Notes that an alert is on its way; the answer is called with each receiver that has heard. */
function followed(
  { id }: AlertEffect,
  letter: Letter | undefined,
  receivers: number,
): (receiver: string) => void {
  if (!letter || id === undefined) return () => {}
  const { correspondence, wake } = letter
  const end = (receiver: string) => {
    if (correspondence.told(id, receiver)) wake()
  }
  correspondence.begin(id, receivers)
  if (receivers === 0) end('')
  return end
}

function threadsFor({ run }: AlertEffect, letter: Letter | undefined): ThreadsOf {
  return (receiver) => {
    if (!letter || run === undefined) return undefined
    const { correspondence } = letter
    return {
      current: () => correspondence.threadOf(receiver, run),
      opened: (thread) => correspondence.opened({ ...thread, receiver, run }),
      closed: () => correspondence.closed(receiver),
    }
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
  const tokenIn = (home: string, secret: string) => hookToken(deps, home, secret)
  const caller = { ...deps, hookMethods: deps.config.hookMethods, tokenIn }
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

/** Sends alerts: to every receiver by itself, and again while that may help. */
import type { EffectiveAlert } from '../../src/canary/analysis.ts'
import type { AlertProviderResource, AlertProviderSpec } from '../../src/canary/api.gen.ts'
import type { Canary } from '../../src/canary/canary.ts'
import { parseAlertProvider } from '../../src/canary/references.ts'
import { sharingProblem } from '../../src/canary/sharing.ts'
import { KubeError, messageOf } from '../../src/errors.ts'
import type { Clock } from '../../src/io/clock.ts'
import { pause } from '../../src/io/deadline.ts'
import type { Http } from '../../src/io/http.ts'
import type { Cache } from '../../src/io/kube/cache/cache.ts'
import type { Log } from '../../src/io/log.ts'
import { targetOf, wants } from '../../src/notifiers/alerts.ts'
import type { Attempt } from '../../src/notifiers/answer.ts'
import { notifiers } from '../../src/notifiers/index.ts'
import { messageFrom } from '../../src/notifiers/message-template.ts'
import type { Alert, Notifier, NotifierTarget } from '../../src/notifiers/notifier.ts'
import { decodeSecret } from '../../src/secrets.ts'
import { type Budget, createBudget } from '../../src/template/budget.ts'
import { retryWaitMs } from '../../src/webhooks/request.ts'
import type { Contents } from '../observe/contents.ts'
import type { Config } from '../process/config/config.ts'
import type { Destination } from '../process/config/global-alerts.ts'
import { sendTo, type Threads } from './send.ts'

export interface AlertingDeps {
  http: Http
  cache: Pick<Cache, 'get'>
  contents: Pick<Contents, 'read'>
  clock: Clock
  log: Log
  config: Pick<Config, 'globalAlerts' | 'sharing'>
  signal: AbortSignal
}

/** One that wants to hear of an alert. */
export interface Receiver {
  /** `test/slack`, as the status names it. */
  id: string
  /** `alert provider slack.test`, as failures name it. */
  name: string
  /** Its type; empty while that is not known. */
  type: () => string
  /** Tries once. */
  send: () => Promise<Attempt>
}

interface Told {
  canary: Canary
  alert: Alert
  /** For the templates of all receivers together. */
  budget: Budget
  threadsOf: ThreadsOf
}

/** The thread of the run, by receiver. */
export type ThreadsOf = (receiver: string) => Threads | undefined

/** With doubling waits that is half a minute of silence. */
const mostTries = 6

/** The alert providers of the canary; only where it names none, the global notifier. */
export function receiversOf(
  deps: AlertingDeps,
  canary: Canary,
  alert: Alert,
  threadsOf: ThreadsOf = () => undefined,
): Receiver[] {
  const { alerts } = canary.analysis
  const budget = createBudget()
  if (alerts.length === 0) return globalReceivers(deps, { canary, alert, budget, threadsOf })
  return alerts
    .filter((entry) => wantedBy(entry, alert, deps))
    .map((entry) => receiverOf(deps, entry, { canary, alert, budget, threadsOf }))
}

/** Whether anybody is to hear of an alert. */
export function isHeard(
  deps: Pick<AlertingDeps, 'cache' | 'config'>,
  { analysis: { alerts } }: Canary,
  alert: Pick<Alert, 'severity' | 'occasion'>,
): boolean {
  if (alerts.length === 0) return deps.config.globalAlerts !== undefined
  return alerts.some((entry) => wantedBy(entry, alert, deps))
}

function wantedBy(
  entry: EffectiveAlert,
  alert: Pick<Alert, 'severity' | 'occasion'>,
  deps: Pick<AlertingDeps, 'cache'>,
): boolean {
  return wants(entry.severity, alert, notifierOf(providerOf(deps, entry)?.spec?.type))
}

export interface Unsent {
  why: string
  /** The process ends: another try may well help. */
  isCutShort: boolean
}

/**
 * Sends to one, as often as that may help; the answer is why it was not sent, if it was not. When
 * it has to end there is one try left, without a wait.
 */
export async function notify(
  receiver: Receiver,
  { clock, ending }: { clock: Clock; ending: AbortSignal },
): Promise<Unsent | undefined> {
  for (let tries = 1; ; tries++) {
    const isLast = tries === mostTries || ending.aborted
    const attempt = await receiver.send().catch(failed)
    if (attempt.sent) return undefined
    if (attempt.isFinal || isLast) {
      const isCutShort = !attempt.isFinal && tries < mostTries
      return { why: `${receiver.name} ${attempt.why}`, isCutShort }
    }
    await pause(clock, retryWaitMs(tries - 1, attempt.retryAfter, clock.now()), ending)
  }
}

/** What is wrong with the global notifier, as far as that shows without a call. */
export function globalProblem({ config }: Pick<AlertingDeps, 'config'>): string | undefined {
  if (!config.globalAlerts) return undefined
  const probe: Alert = {
    occasion: 'started',
    severity: 'info',
    title: '',
    message: '',
    fields: [],
  }
  const { type, target } = config.globalAlerts
  try {
    const request = notifiers[type]?.request(target, probe)
    return /^https?:\/\//i.test(request?.url ?? '') ? undefined : `invalid ${type} hook URL`
  } catch (error) {
    return messageOf(error)
  }
}

function receiverOf(deps: AlertingDeps, entry: EffectiveAlert, of: Told): Receiver {
  const { name, namespace } = entry.providerRef
  const find = () => providerOf(deps, entry)
  const id = `${namespace}/${name}`
  return {
    id,
    name: `alert provider ${name}.${namespace}`,
    type: () => knownType(find()?.spec?.type),
    async send() {
      const provider = find()
      if (!provider) throw new Error(`error: alertproviders.flagger.app "${name}" not found`)
      const unshared = sharingProblem(provider, of.canary.namespace, deps.config.sharing)
      if (unshared !== undefined) throw new Error(`error: ${unshared}`)
      const { spec, problems } = parseAlertProvider(provider)
      const [problem] = problems
      if (problem !== undefined)
        throw new Error(`error: ${problem.replace(`alert provider ${name}.${namespace}: `, '')}`)
      const secret = spec.secretRef && (await readSecret(deps, namespace, spec.secretRef.name))
      const target = targetOf({ ...provider, spec }, secret)
      if (target.address === '' && !hasAddress(notifierOf(spec.type), target))
        throw new Error('secret does not contain an address; add the entry "address"')
      const to = { type: spec.type, target, threads: of.threadsOf(id) }
      return post(deps, to, templated(deps, spec, of))
    },
  }
}

/** Services with one address for everybody need none. */
function hasAddress(notifier: Notifier | undefined, { token }: NotifierTarget): boolean {
  const own = notifier?.hasOwnAddress
  return own === true || (own === 'with a token' && token !== '')
}

function providerOf(
  { cache }: Pick<AlertingDeps, 'cache'>,
  { providerRef: { name, namespace } }: EffectiveAlert,
): AlertProviderResource | undefined {
  const kind = { apiVersion: 'flagger.app/v1beta1', kind: 'AlertProvider' }
  return cache.get<AlertProviderResource>({ ...kind, namespace, name })
}

/** Empty for another: it names series. */
function knownType(type: string | undefined): string {
  return type !== undefined && notifierOf(type) ? type : ''
}

function notifierOf(type = ''): Notifier | undefined {
  return Object.hasOwn(notifiers, type) ? notifiers[type] : undefined
}

async function readSecret(
  { cache, contents, signal }: AlertingDeps,
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
  { log }: AlertingDeps,
  { type, messageTemplate: template }: AlertProviderSpec,
  { canary, alert, budget }: Told,
): Alert {
  if (template === undefined) return alert
  const { message, problem } = messageFrom(template, {
    canary,
    alert,
    escape: notifierOf(type)?.escape,
    budget,
  })
  if (problem !== undefined)
    log.error({ canary: canary.label }, `messageTemplate was not used: ${problem}`)
  return { ...alert, message, isMarkup: problem === undefined }
}

function globalReceivers(deps: AlertingDeps, { alert, threadsOf }: Told): Receiver[] {
  const destination = deps.config.globalAlerts
  if (!destination) return []
  const { type } = destination
  const id = `global ${type} notifier`
  const send = () => post(deps, { ...destination, threads: threadsOf(id) }, alert)
  return [{ id, name: id, type: () => type, send }]
}

async function post(
  { http, signal }: AlertingDeps,
  { type, target, threads }: Destination & { threads?: Threads | undefined },
  alert: Alert,
): Promise<Attempt> {
  const notifier = notifierOf(type)
  if (!notifier) throw new Error(`error: provider ${type} not supported`)
  return sendTo({ notifier, target, threads }, alert, (request) => http(request, signal))
}

/** What went wrong before anything was sent; the API server may be better in a moment. */
function failed(error: unknown): Attempt {
  const why = messageOf(error)
  if (!(error instanceof KubeError)) return { sent: false, why, isFinal: true }
  const isFinal = error.status !== 0 && error.status !== 429 && error.status < 500
  return { sent: false, why: `secretRef error: ${why}`, isFinal }
}

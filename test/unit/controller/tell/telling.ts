/** Receivers of alerts, what they answer, and what was sent to them. */
import { parseConfig } from '../../../../controller/process/config/config.ts'
import { createTeller, type Teller } from '../../../../controller/tell/tell.ts'
import type { Canary } from '../../../../src/canary/canary.ts'
import type { Occasion } from '../../../../src/canary/occasion.ts'
import type { Http, HttpAnswer, HttpRequest } from '../../../../src/io/http.ts'
import { type KubeObject, type ObjectRef, refKey, refOf } from '../../../../src/objects.ts'
import { parsedCanary } from '../../../support/parsed-canary.ts'
import { hurriedClock } from '../../io/fake-clock.ts'

export type Answer = HttpAnswer | Error

export interface Given {
  flags?: string[]
  alerts?: object[]
  webhooks?: object[]
  objects?: KubeObject[]
  /** By host; in turn, and the last one stays. */
  answers?: Record<string, Answer[]>
  /** Hosts that answer only while the process ends. */
  silent?: string[]
  readSecret?: () => Promise<KubeObject | undefined>
  /** The process ends at once. */
  ends?: boolean
  /** What is told beside it. */
  also?: (teller: Teller, canary: Canary) => void
}

/** On the hurried clock every wait is a turn of the event loop. */
export async function everythingWaited(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
}

export const answer = (status: number, body = '', headers = {}): HttpAnswer => ({
  status,
  body,
  headers,
})

export function provider(name: string, spec: object): KubeObject {
  const metadata = { namespace: 'test', name }
  return { apiVersion: 'flagger.app/v1beta1', kind: 'AlertProvider', metadata, spec } as KubeObject
}

export function secret(name: string, data: Record<string, string>): KubeObject {
  const encoded = Object.entries(data).map(([key, value]) => [key, btoa(value)])
  const metadata = { namespace: 'test', name }
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    data: Object.fromEntries(encoded),
  } as KubeObject
}

export const to = (name: string, severity?: string) => ({
  name,
  ...(severity !== undefined && { severity }),
  providerRef: { name },
})

/** Alerts with this severity, and says what came of it. */
export async function alerted(
  given: Given,
  severity: 'info' | 'warn' | 'error' = 'error',
  occasion: Occasion = 'failed',
) {
  const { flags = [], alerts = [], webhooks = [], objects = [], answers = {} } = given
  const canary = parsedCanary({ threshold: 5, alerts, webhooks })
  const requests: HttpRequest[] = []
  const lines: string[] = []
  const events: string[] = []
  const counted: string[] = []
  const write = (_fields: object, message: string) => void lines.push(message)
  const byKey = new Map(objects.map((object) => [refKey(refOf(object)), object]))
  const get = <T extends KubeObject>(ref: ObjectRef) => byKey.get(refKey(ref)) as T | undefined
  const clock = hurriedClock()
  const started = clock.now().getTime()
  const ending = Promise.withResolvers<HttpAnswer>()
  const teller = createTeller({
    shares: { of: (_namespace: string, http: Http) => http },
    recorder: {
      event: (_canary, type, message) => void events.push(`${type} ${message}`),
      flush: async () => {},
    },
    http: async (request) => {
      const { host } = new URL(request.url)
      const tries = requests.filter(({ url }) => new URL(url).host === host).length
      requests.push(request)
      if (given.silent?.includes(host)) return await ending.promise
      const own = answers[host] ?? [answer(200)]
      const one = own[Math.min(tries, own.length - 1)]
      if (one === undefined || one instanceof Error) throw one
      return one
    },
    cache: { get },
    contents: { read: given.readSecret ?? (async (metadata) => metadata) },
    clock,
    log: { debug: write, info: write, warn: write, error: write },
    config: parseConfig(flags, {}),
    metrics: { alert: (type, sent) => void counted.push(`${type} ${sent}`) },
    signal: new AbortController().signal,
  })
  teller.alert(canary, { kind: 'alert', occasion, severity, message: 'It broke', fields: false })
  given.also?.(teller, canary)
  if (!given.ends) await everythingWaited()
  const inTime = requests.map(hostOf)
  ending.resolve(answer(200))
  await teller.flush()
  const waitedMs = clock.now().getTime() - started
  return { requests, lines, events, counted, waitedMs, inTime, hosts: requests.map(hostOf) }
}

export const hostOf = ({ url }: HttpRequest) => new URL(url).host

export const chat = provider('chat', { type: 'slack', address: 'https://chat.test/services/KEY' })

import { expect, test } from 'vitest'
import { parseConfig } from '../../../../controller/process/config.ts'
import { globalProblem } from '../../../../controller/tell/alerting.ts'
import { createCorrespondence } from '../../../../controller/tell/correspondence.ts'
import { createTeller, type Teller } from '../../../../controller/tell/tell.ts'
import type { UnsentAlert } from '../../../../src/canary/api.gen.ts'
import type { Canary } from '../../../../src/canary/canary.ts'
import type { Occasion } from '../../../../src/canary/occasion.ts'
import { KubeError, ProviderError } from '../../../../src/errors.ts'
import type { Http, HttpAnswer, HttpRequest } from '../../../../src/io/http.ts'
import { type KubeObject, type ObjectRef, refKey, refOf } from '../../../../src/objects.ts'
import { parsedCanary } from '../../../support/parsed-canary.ts'
import { hurriedClock } from '../../io/fake-clock.ts'

type Answer = HttpAnswer | Error

interface Given {
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
async function everythingWaited(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
}

const answer = (status: number, body = '', headers = {}): HttpAnswer => ({ status, body, headers })

function provider(name: string, spec: object): KubeObject {
  const metadata = { namespace: 'test', name }
  return { apiVersion: 'flagger.app/v1beta1', kind: 'AlertProvider', metadata, spec } as KubeObject
}

function secret(name: string, data: Record<string, string>): KubeObject {
  const encoded = Object.entries(data).map(([key, value]) => [key, btoa(value)])
  const metadata = { namespace: 'test', name }
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    data: Object.fromEntries(encoded),
  } as KubeObject
}

const to = (name: string, severity?: string) => ({
  name,
  ...(severity !== undefined && { severity }),
  providerRef: { name },
})

/** Alerts with this severity, and says what came of it. */
async function alerted(
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

const hostOf = ({ url }: HttpRequest) => new URL(url).host

const chat = provider('chat', { type: 'slack', address: 'https://chat.test/services/KEY' })
const pager = provider('pager', { type: 'rocket', address: 'https://pager.test/hook' })

test('an alert that was sent is counted, and nothing is said', async () => {
  const { counted, lines, events, waitedMs } = await alerted({
    alerts: [to('chat')],
    objects: [chat],
  })
  expect({ counted, lines, events, waitedMs }).toEqual({
    counted: ['slack true'],
    lines: [],
    events: [],
    waitedMs: 0,
  })
})

test('a receiver that is down for a while is tried until it hears', async () => {
  const lost = new ProviderError('POST https://chat.test: connection refused')
  const { counted, events, hosts, waitedMs } = await alerted({
    alerts: [to('chat')],
    objects: [chat],
    answers: {
      'chat.test': [lost, answer(500), answer(429, '', { 'retry-after': '7' }), answer(204)],
    },
  })
  expect(hosts).toHaveLength(4)
  expect(waitedMs).toBe(1_000 + 2_000 + 7_000)
  expect({ counted, events }).toEqual({ counted: ['slack true'], events: [] })
})

test('an alert that could not be sent is logged, counted and an event of the canary', async () => {
  const { counted, lines, events, hosts, waitedMs } = await alerted({
    alerts: [to('chat')],
    objects: [chat],
    answers: { 'chat.test': [answer(500, 'boom at /services/KEY')] },
  })
  const text =
    'alert provider chat.test send error: sending notification bad response 500: boom at ***; not sent: It broke'
  expect(lines).toEqual([text])
  expect(events).toEqual([`Warning ${text}`])
  expect(counted).toEqual(['slack false'])
  expect(hosts).toHaveLength(6)
  expect(waitedMs).toBe(31_000)
})

test('an event hook that hangs keeps the others waiting for nothing', async () => {
  const { inTime } = await alerted({
    alerts: [to('chat')],
    objects: [chat],
    answers: { 'chat.test': [answer(400)] },
    webhooks: [
      { name: 'hangs', type: 'event', url: 'http://silent.test/' },
      { name: 'log', type: 'event', url: 'http://events.test/' },
    ],
    silent: ['silent.test'],
  })
  expect(inTime).toEqual(['chat.test', 'silent.test', 'events.test'])
})

test('that an alert could not be sent is told to the event hooks too', async () => {
  const { requests } = await alerted({
    alerts: [to('chat')],
    webhooks: [{ name: 'log', type: 'event', url: 'http://events.test/' }],
    objects: [chat],
    answers: { 'chat.test': [answer(404, 'no_team')] },
  })
  expect(requests.map(hostOf)).toEqual(['chat.test', 'events.test'])
  expect(requests[1]?.body).toContain('bad response 404: no_team; not sent: It broke')
})

test.each([
  [answer(400, 'invalid_payload'), 'sending notification bad response 400: invalid_payload'],
  [answer(403, 'no'), 'sending notification bad response 403: no'],
  [answer(302, ''), 'sending notification bad response 302: '],
  [
    answer(200, '{"ok":false,"error":"channel_not_found"}'),
    'refused: {"ok":false,"error":"channel_not_found"}',
  ],
  [answer(200, ' {"error" : "x", "ok" : false}'), 'refused: {"error" : "x", "ok" : false}'],
])('%j is final', async (given, why) => {
  const { hosts, lines } = await alerted({
    alerts: [to('chat')],
    objects: [chat],
    answers: { 'chat.test': [given] },
  })
  expect(hosts).toHaveLength(1)
  expect(lines).toEqual([`alert provider chat.test send error: ${why}; not sent: It broke`])
})

test('a process that ends tries once more, and says what it could not send', async () => {
  const { hosts, lines, waitedMs } = await alerted({
    ends: true,
    alerts: [to('chat')],
    objects: [chat],
    answers: { 'chat.test': [answer(503)] },
  })
  expect(hosts.length).toBeLessThanOrEqual(2)
  expect(waitedMs).toBe(0)
  expect(lines).toEqual([expect.stringMatching(/bad response 503: ; not sent: It broke$/)])
})

test('one receiver that is down keeps no other from hearing', async () => {
  const { counted, hosts } = await alerted({
    alerts: [to('chat'), to('pager')],
    objects: [chat, pager],
    answers: { 'chat.test': [answer(503)] },
  })
  expect(hosts.slice(0, 2)).toEqual(['chat.test', 'pager.test'])
  expect(counted).toEqual(['rocket true', 'slack false'])
})

test('each entry hears from its severity on, and one without severity hears everything', async () => {
  const alerts = [to('chat', 'warn'), to('pager')]
  const hears = async (severity: 'info' | 'warn' | 'error') =>
    (await alerted({ alerts, objects: [chat, pager] }, severity)).hosts
  expect(await hears('info')).toEqual(['pager.test'])
  expect(await hears('warn')).toEqual(['chat.test', 'pager.test'])
  expect(await hears('error')).toEqual(['chat.test', 'pager.test'])
})

test('an incident that was opened is resolved, also by an entry for errors only', async () => {
  const alerts = [to('duty', 'error')]
  const objects = [
    provider('duty', { type: 'pagerduty', secretRef: { name: 'key' } }),
    secret('key', { token: 'routing', address: 'https://duty.test/' }),
  ]
  const resolved = await alerted({ alerts, objects }, 'info', 'succeeded')
  expect(resolved.requests.map(({ body }) => JSON.parse(body ?? ''))).toMatchObject([
    { event_action: 'resolve', dedup_key: 'canary/podinfo.test/failed' },
    { event_action: 'resolve', dedup_key: 'canary/podinfo.test/waiting' },
  ])
  const started = await alerted({ alerts: [to('duty')], objects }, 'info', 'started')
  expect({ hosts: started.hosts, counted: started.counted }).toEqual({ hosts: [], counted: [] })
})

test.each<[string, KubeObject[], string]>([
  ['no provider', [], 'error: alertproviders.flagger.app "chat" not found'],
  [
    'no secret',
    [provider('chat', { type: 'slack', secretRef: { name: 'key' } })],
    'secretRef error: secrets "key" not found',
  ],
  [
    'no address in the secret',
    [
      provider('chat', { type: 'rocket', secretRef: { name: 'key' } }),
      secret('key', { token: 't' }),
    ],
    'secret does not contain an address; add the entry "address"',
  ],
  [
    'an empty address in the secret',
    [
      provider('chat', { type: 'slack', secretRef: { name: 'key' } }),
      secret('key', { address: '\n' }),
    ],
    'secret does not contain an address; add the entry "address"',
  ],
  [
    'no address',
    [provider('chat', { type: 'slack' })],
    'error: spec has no address; set address or secretRef',
  ],
  ['no type', [provider('chat', { address: 'http://x' })], 'error: spec.type is missing; add it'],
  ['no spec', [{ ...provider('chat', {}), spec: undefined } as KubeObject], 'error: spec'],
  [
    'an unknown type',
    [provider('chat', { type: 'smoke', address: 'http://x' })],
    'error: spec.type is "smoke"',
  ],
  [
    'a broken address',
    [provider('chat', { type: 'slack', address: 'hooks/SECRET' })],
    'invalid Slack hook URL',
  ],
])('with %s the alert is told by a sentence, at once', async (_case, objects, why) => {
  const { lines, events, counted, requests } = await alerted({ alerts: [to('chat')], objects })
  expect(requests).toEqual([])
  expect(lines).toEqual([expect.stringContaining(`alert provider chat.test ${why}`)])
  expect(lines.join()).not.toContain('SECRET')
  expect(events).toHaveLength(1)
  expect(counted).toEqual([expect.stringMatching(/ false$/)])
})

test('an alert provider of another namespace is used where that is not to be asked for, or allowed', async () => {
  const providerRef = { name: 'chat', namespace: 'ops' }
  const alerts = [{ name: 'chat', providerRef }]
  const spec = { type: 'slack', secretRef: { name: 'key' } }
  const theirs = (annotations: object) => {
    const metadata = { ...providerRef, annotations }
    return { ...provider('chat', spec), metadata } as KubeObject
  }
  const key = secret('key', { address: 'https://chat.test/x' })
  const keys = { ...key, metadata: { ...key.metadata, namespace: 'ops' } }
  const read: string[] = []
  const sending = (flags: string[], annotations: object) =>
    alerted({
      ...{ flags, alerts, objects: [theirs(annotations), keys] },
      readSecret: async () => {
        read.push('key')
        return keys
      },
    })
  const strict = ['-require-shared-with=true']

  const refused = await sending(strict, {})
  expect(refused.hosts).toEqual([])
  expect(read).toEqual([])
  expect(refused.lines).toEqual([
    'alert provider chat.ops error: it is not shared with namespace test; add test to its ' +
      'annotation flagger.app/shared-with; not sent: It broke',
  ])
  expect((await sending(strict, { 'flagger.app/shared-with': 'test' })).hosts).toEqual([
    'chat.test',
  ])
  expect((await sending([], {})).hosts).toEqual(['chat.test'])
})

/** Alerts of run 3, one after the other, of one process; what was noted of each, and of its thread. */
async function correspondence(answers: Answer[], options: { ends?: boolean } = {}) {
  const key = secret('bot', { token: 'xoxb-1' })
  const objects = [provider('chat', { type: 'slack', secretRef: { name: 'bot' } }), key]
  const letters = createCorrespondence()
  let wakes = 0
  const letter = { correspondence: letters, isKept: true, wake: () => void wakes++ }
  const of = (id: string) => ({ ...{ id, run: 3 }, ...{ occasion: 'failed', severity: 'error' } })
  const unsent = ['a', 'b'].map((id) => ({ ...of(id), message: id })) as UnsentAlert[]
  const all = await alerted({
    ...{ alerts: [to('chat')], objects, answers: { 'slack.com': answers } },
    ...options,
    also: (teller, canary) => {
      for (const alert of unsent)
        teller.alert(canary, { kind: 'alert', fields: false, ...alert }, letter)
    },
  })
  const bodies = all.requests.map(({ body }) => JSON.parse(body ?? '') as object)
  return { ...all, bodies, wakes: () => wakes, noted: letters.noted({ unsent }) }
}

const posted = (ts: string) => answer(200, JSON.stringify({ ok: true, channel: 'C1', ts }))

test('a bot of Slack puts the alerts of a run into one thread, and shows them in the channel', async () => {
  const { requests, bodies, noted, wakes } = await correspondence([posted('0'), posted('1.2')])
  expect(requests[1]).toMatchObject({
    url: 'https://slack.com/api/chat.postMessage',
    headers: { authorization: 'Bearer xoxb-1' },
  })
  // The first one is of no run.
  expect(bodies).toMatchObject([
    { channel: 'general' },
    { channel: 'general' },
    { channel: 'C1', thread_ts: '1.2', reply_broadcast: true },
  ])
  expect(bodies[1]).not.toHaveProperty('thread_ts')
  expect(noted).toEqual({ threads: [{ receiver: 'test/chat', run: 3, channel: 'C1', id: '1.2' }] })
  expect(wakes()).toBe(2)
})

test('a thread that Slack does not take any more keeps no alert', async () => {
  const refused = answer(200, '{"ok":false,"error":"cannot_reply_to_message"}')
  const { bodies, noted, counted } = await correspondence([
    ...[posted('0'), posted('1.2'), refused, posted('3.4')],
  ])
  expect(bodies.slice(2)).toMatchObject([{ thread_ts: '1.2' }, { channel: 'general' }])
  expect(bodies[3]).not.toHaveProperty('thread_ts')
  expect(counted).toEqual(['slack true', 'slack true', 'slack true'])
  expect(noted?.threads).toMatchObject([{ id: '3.4' }])
})

test('Slack that has a moment of trouble is asked again', async () => {
  const busy = answer(200, '{"ok":false,"error":"ratelimited"}', { 'retry-after': '9' })
  const { counted, waitedMs } = await correspondence([busy, posted('1')])
  expect(counted).toEqual(['slack true', 'slack true', 'slack true'])
  expect(waitedMs).toBe(9_000)
})

test('what a process that ends could not send stays for the next one, and is no failure', async () => {
  const { noted, lines } = await correspondence([answer(503)], { ends: true })
  expect(noted?.unsent?.map(({ id }) => id)).toEqual(['a', 'b'])
  // Of the one that nobody noted there is no other trace.
  expect(lines).toHaveLength(1)
})

test('a Secret is read again where the API server was away', async () => {
  const key = secret('key', { address: 'https://chat.test/x', token: 'bot' })
  let reads = 0
  const { requests } = await alerted({
    alerts: [to('chat')],
    objects: [provider('chat', { type: 'slack', secretRef: { name: 'key' } }), key],
    async readSecret() {
      reads += 1
      if (reads < 3) throw new KubeError('the API server is away', { status: 503 })
      return key
    },
  })
  expect(requests).toMatchObject([
    { url: 'https://chat.test/x', headers: { authorization: 'Bearer bot' }, timeoutMs: 5_000 },
  ])
})

test('the global notifier hears everything of canaries without alerts, and only of those', async () => {
  const flags = ['-slack-url=https://global.test/x', '-slack-token=bot']
  const { requests } = await alerted({ flags }, 'info')
  expect(requests).toMatchObject([{ url: 'https://global.test/x' }])
  expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({
    channel: 'general',
    username: 'flagger',
  })
  const own = await alerted({ flags, alerts: [to('chat', 'error')], objects: [chat] }, 'info')
  expect(own.requests).toEqual([])
})

test('Teams goes before Slack', async () => {
  const flags = ['-slack-url=https://slack.test/x', '-msteams-url=https://teams.test/x']
  expect((await alerted({ flags })).hosts).toEqual(['teams.test'])
})

test('a global notifier that fails is told like any other', async () => {
  const { lines, events, counted } = await alerted({
    flags: ['-slack-url=https://global.test/services/KEY'],
    answers: { 'global.test': [answer(404, 'no_service')] },
  })
  const text =
    'global slack notifier send error: sending notification bad response 404: no_service; not sent: It broke'
  expect({ lines, events, counted }).toEqual({
    lines: [text],
    events: [`Warning ${text}`],
    counted: ['slack false'],
  })
})

test('a type that nobody knows is counted without its name', async () => {
  const objects = [provider('chat', { type: 'smoke', address: 'http://x' })]
  expect((await alerted({ alerts: [to('chat')], objects })).counted).toEqual([' false'])
})

test('a dry run alerts nobody', async () => {
  const { requests } = await alerted({ flags: ['-slack-url=https://global.test/x', '-dry-run'] })
  expect(requests).toEqual([])
})

test.each([
  [[], undefined],
  [['-slack-url=https://hooks.test/x'], undefined],
  [['-slack-url=SECRET'], 'invalid Slack hook URL'],
  [['-msteams-url=SECRET'], 'invalid msteams hook URL'],
  [['-slack-url=unix:/run/x'], 'invalid slack hook URL'],
])('of the global notifier %j the start says %s', (flags, want) => {
  expect(globalProblem({ config: parseConfig(flags, {}) })).toBe(want)
})

test('the path of the global event hook is in no line of the log', async () => {
  const { lines } = await alerted({
    flags: ['-event-webhook=https://events.test/hooks/SECRET/?key=SECRET'],
    alerts: [to('chat')],
    answers: { 'events.test': [answer(500, 'at /hooks/SECRET/')] },
  })
  expect(lines).toContainEqual(expect.stringMatching(/^error sending event to webhook: POST /))
  expect(lines.join()).not.toContain('SECRET')
})

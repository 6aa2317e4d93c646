import { expect, test } from 'vitest'
import { createCorrespondence } from '../../../../controller/tell/correspondence.ts'
import type { UnsentAlert } from '../../../../src/canary/api.gen.ts'
import { ProviderError } from '../../../../src/errors.ts'
import { type Answer, alerted, answer, chat, hostOf, provider, secret, to } from './telling.ts'

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

test('the path of the global event hook is in no line of the log', async () => {
  const { lines } = await alerted({
    flags: ['-event-webhook=https://events.test/hooks/SECRET/?key=SECRET'],
    alerts: [to('chat')],
    answers: { 'events.test': [answer(500, 'at /hooks/SECRET/')] },
  })
  expect(lines).toContainEqual(expect.stringMatching(/^error sending event to webhook: POST /))
  expect(lines.join()).not.toContain('SECRET')
})

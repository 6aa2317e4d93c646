/** Who is told of an alert, and how a receiver that cannot be used is named. */
import { expect, test } from 'vitest'
import { parseConfig } from '../../../../controller/process/config/config.ts'
import { globalProblem } from '../../../../controller/tell/alerting.ts'
import { KubeError } from '../../../../src/errors.ts'
import type { KubeObject } from '../../../../src/objects.ts'
import { alerted, answer, chat, provider, secret, to } from './telling.ts'

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

import { expect, test } from 'vitest'
import { parseCanary } from '../../../src/canary/canary.ts'
import { alertFor, wants } from '../../../src/notifiers/alerts.ts'
import { notifiers } from '../../../src/notifiers/index.ts'
import type { Alert } from '../../../src/notifiers/notifier.ts'
import { parsedCanary } from '../../support/parsed-canary.ts'

const target = {
  address: 'https://chat.example/hook?x=1',
  channel: 'general',
  username: 'flagger',
  token: 'secret',
  proxy: '',
}

const alert = {
  occasion: 'failed',
  severity: 'error',
  title: 'podinfo.test',
  message: 'Failed checks threshold reached 2',
  fields: [{ name: 'Target', value: 'Deployment/podinfo.test' }],
} as const

function sent(type: string, of: Partial<typeof target> = {}): { url: string; body: unknown } {
  const request = notifiers[type]?.request(
    { ...target, ...of },
    { ...alert, fields: [...alert.fields] },
  )
  return { url: request?.url ?? '', body: JSON.parse(request?.body ?? 'null') }
}

test('Slack gets an attachment with author, colour and fields', () => {
  expect(sent('slack').body).toEqual({
    channel: 'general',
    username: 'flagger',
    icon_url: '',
    icon_emoji: ':rocket:',
    attachments: [
      {
        color: 'danger',
        author_name: 'podinfo.test',
        text: 'Failed checks threshold reached 2',
        mrkdwn_in: ['text'],
        fields: [{ title: 'Target', value: 'Deployment/podinfo.test', short: false }],
      },
    ],
  })
})

test('only Slack is given the token', () => {
  const headers = (type: string) =>
    notifiers[type]?.request(target, { ...alert, fields: [] }).headers
  expect(headers('slack')).toMatchObject({ authorization: 'Bearer secret' })
  for (const type of ['discord', 'rocket', 'msteams', 'gchat'])
    expect(headers(type)).not.toHaveProperty('authorization')
})

test('Discord is sent Slack messages at its address for them, also when that is given', () => {
  expect(sent('discord').url).toBe('https://chat.example/hook/slack?x=1')
  expect(sent('discord', { address: 'https://chat.example/a/slack?wait=true' }).url).toBe(
    'https://chat.example/a/slack?wait=true',
  )
})

test('Teams gets a card whose colour tells an error', () => {
  expect(sent('msteams').body).toMatchObject({
    '@type': 'MessageCard',
    themeColor: 'FF0000',
    sections: [
      { activityTitle: alert.message, activitySubtitle: alert.title, facts: alert.fields },
    ],
  })
})

test.each([
  'https://prod-1.westeurope.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke?sig=x',
  'https://default1.2.environment.api.powerplatform.com/powerautomate/automations/direct/workflows/3',
])('a workflow of Teams at %s gets an Adaptive Card', (address) => {
  const { url, body } = sent('msteams', { address })
  expect(url).toBe(address)
  expect(body).toEqual({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          type: 'AdaptiveCard',
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          version: '1.4',
          body: [
            {
              type: 'TextBlock',
              text: alert.message,
              wrap: true,
              weight: 'Bolder',
              color: 'Attention',
            },
            {
              type: 'TextBlock',
              text: 'podinfo.test',
              wrap: true,
              isSubtle: true,
              spacing: 'None',
            },
            { type: 'FactSet', facts: [{ title: 'Target', value: 'Deployment/podinfo.test' }] },
          ],
        },
      },
    ],
  })
})

test('no text of a server is a link in an Adaptive Card', () => {
  const address = 'https://a.logic.azure.com/x'
  const message = '[approve](https://evil.example) *now*'
  const body = notifiers.msteams?.request({ ...target, address }, { ...odd, message }).body
  expect(JSON.parse(body ?? '').attachments[0].content.body[0].text).toBe(
    '\\[approve\\](https://evil.example) \\*now\\*',
  )
})

const odd = { ...alert, message: '<!channel> a & b', fields: [{ name: 'Target', value: '<b>' }] }

test.each(['slack', 'msteams', 'gchat'])('no text of a server becomes markup in %s', (type) => {
  const body = notifiers[type]?.request(target, odd).body
  expect(body).toContain('&lt;!channel&gt; a &amp; b')
  expect(body).toContain('&lt;b&gt;')
})

test.each(['discord', 'rocket', 'webhook', 'pagerduty'])(
  '%s knows no entities, and gets the text as it is',
  (type) => {
    expect(notifiers[type]?.request(target, odd).body).toContain('<!channel> a & b')
  },
)

test.each(['discord', 'rocket', 'msteams'])(
  'no text of a server is a link that says something else in %s',
  (type) => {
    const hidden = '[approve](https://evil.example), [deny][1] or <https://evil.example|this>'
    const fields = [{ name: 'Target', value: '[x](https://evil.example)' }]
    const body = notifiers[type]?.request(target, { ...alert, message: hidden, fields }).body ?? ''
    expect(body).toContain('[approve] (https://evil.example)')
    expect(body).not.toMatch(/\]\(|\]\[|<https/)
    expect(notifiers[type]?.escape?.('[x](y)')).toBe('[x] (y)')
  },
)

test('what a template made of a message stays its own markup', () => {
  const made = { ...odd, message: '<https://wiki|runbook>', isMarkup: true }
  expect(notifiers.slack?.request(target, made).body).toContain('"<https://wiki|runbook>"')
})

test('a broken address is refused without repeating it', () => {
  expect(() => sent('slack', { address: 'not an address' })).toThrow(/^invalid Slack hook URL$/)
})

test('an entry hears of its own severity and of worse', () => {
  const hears = (severity: 'info' | 'warn' | 'error') =>
    wants('warn', { severity, occasion: 'failed' })
  expect([hears('info'), hears('warn'), hears('error')]).toEqual([false, true, true])
})

test.each([
  ['error', ['failed', 'succeeded', 'ended']],
  ['warn', ['waiting', 'failed', 'succeeded', 'ended']],
  ['info', ['waiting', 'failed', 'succeeded', 'ended']],
] as const)(
  'PagerDuty at severity %s hears of %j: what it opened is closed, and no start opens',
  (entry, want) => {
    const severities = {
      started: 'info',
      waiting: 'warn',
      failed: 'error',
      succeeded: 'info',
      ended: 'info',
    } as const
    const all = ['started', 'waiting', 'failed', 'succeeded', 'ended'] as const
    const heard = all.filter((occasion) =>
      wants(entry, { occasion, severity: severities[occasion] }, notifiers.pagerduty),
    )
    expect(heard).toEqual(want)
  },
)

const settings = (clusterName = '', gateUrl = '') => ({ clusterName, gateUrl })

test('the alert of a gate has the command that opens it, and a link where there is a page', () => {
  const canary = parsedCanary({})
  const of = { occasion: 'waiting', severity: 'warn', message: 'm', gate: 'ops & qa' } as const
  const page = 'https://ops.example/{{cluster}}/{{ namespace }}/{{ name }}?gate={{ gate }}'
  const { fields } = alertFor(canary, { ...of, fields: false }, settings('eu 1', page))
  expect(fields).toEqual([
    { name: 'Cluster', value: 'eu 1' },
    { name: 'Gate', value: 'ops & qa' },
    { name: 'Open it', value: 'kubectl canary promote podinfo -n test' },
    { name: 'Link', value: 'https://ops.example/eu%201/test/podinfo?gate=ops%20%26%20qa' },
  ])
  expect(alertFor(canary, { ...of, fields: false }, settings()).fields).toHaveLength(2)
})

test('an alert that comes late says when it happened', () => {
  const decidedAt = '2030-01-01T12:00:00.000Z'
  const { fields } = alertFor(parsedCanary({}), { ...begun, fields: false, decidedAt }, settings())
  expect(fields).toEqual([{ name: 'Happened at', value: decidedAt }])
})

const everything = (type: string, occasion: Alert['occasion'], severity: Alert['severity']) => {
  const of = { ...alert, cluster: 'eu', occasion, severity, fields: [...alert.fields] }
  const to = { ...target, address: '' }
  const service = notifiers[type]
  return [service?.request(to, of), ...(service?.further?.(to, of) ?? [])]
}

test('Opsgenie is told of a failure by an alert of its own, and the gate is closed', () => {
  const [create, close] = everything('opsgenie', 'failed', 'error')
  expect(create).toMatchObject({
    method: 'POST',
    url: 'https://api.opsgenie.com/v2/alerts',
    headers: { authorization: 'GenieKey secret' },
  })
  expect(JSON.parse(create?.body ?? '')).toEqual({
    message: 'podinfo.test: Failed checks threshold reached 2',
    alias: 'canary/eu/podinfo.test/failed',
    description: 'podinfo.test: Failed checks threshold reached 2',
    details: { Target: 'Deployment/podinfo.test' },
    entity: 'podinfo.test',
    priority: 'P2',
    tags: ['canary', 'failed'],
    source: 'kubectl-canary',
    user: 'kubectl-canary',
  })
  expect(close?.url).toBe(
    'https://api.opsgenie.com/v2/alerts/canary%2Feu%2Fpodinfo.test%2Fwaiting/close?identifierType=alias',
  )
})

test.each([
  ['waiting', ['canary/eu/podinfo.test/waiting P3']],
  ['failed', ['canary/eu/podinfo.test/failed P2', 'close waiting']],
  ['succeeded', ['close failed', 'close waiting']],
  ['ended', ['close failed', 'close waiting']],
] as const)('%s: what it opens and closes at Opsgenie', (occasion, want) => {
  const severity = ({ waiting: 'warn', failed: 'error' } as const)[String(occasion)] ?? 'info'
  const told = everything('opsgenie', occasion, severity).map((request) => {
    const { alias, priority } = JSON.parse(request?.body ?? '')
    const closed = /(failed|waiting)\/close/.exec(decodeURIComponent(request?.url ?? ''))?.[1]
    return closed ? `close ${closed}` : `${alias} ${priority}`
  })
  expect(told).toEqual(want)
})

test('texts for Opsgenie are as long as it takes them', () => {
  const message = 'x'.repeat(20_000)
  const of = { ...alert, message, fields: [] }
  const body = JSON.parse(notifiers.opsgenie?.request({ ...target, address: '' }, of).body ?? '')
  expect([body.message.length, body.description.length]).toEqual([130, 15_000])
  expect(() => notifiers.opsgenie?.request({ ...target, token: '' }, of)).toThrow(
    'opsgenie needs the key of an API integration as "token" in the secret',
  )
})

test('an account of the European Union is at the address that is given', () => {
  const to = { ...target, address: 'https://api.eu.opsgenie.com/v2/alerts/' }
  const request = notifiers.opsgenie?.request(to, { ...alert, fields: [] })
  expect(request?.url).toBe('https://api.eu.opsgenie.com/v2/alerts')
})

const begun = { occasion: 'started', severity: 'info', message: 'm' } as const

test('the fields of an alert stand in order, the cluster first', () => {
  const canary = parsedCanary({ threshold: 5, maxWeight: 50 })
  const { fields } = alertFor(canary, { ...begun, fields: true }, settings('c1'))
  expect(fields).toEqual([
    { name: 'Cluster', value: 'c1' },
    { name: 'Target', value: 'Deployment/podinfo.test' },
    { name: 'Failed checks threshold', value: '5' },
    { name: 'Progress deadline', value: '600s' },
    { name: 'Traffic routing', value: 'Weight step: 10 max: 50' },
  ])
})

test.each([
  [{ iterations: 3 }, 'Blue/Green'],
  [{ iterations: 3, match: [{ headers: { x: { exact: 'y' } } }] }, 'A/B Testing'],
  [{ stepWeight: 20 }, 'Weight step: 20 max: 0'],
  [{ stepWeights: [5, 10], maxWeight: 60 }, 'Weight steps: 5,10 max: 60'],
  [{}, undefined],
])('the routing is told as %j says it, also where nothing can move traffic', (analysis, told) => {
  for (const meshProvider of ['istio', 'kubernetes']) {
    const { canary } = parseCanary(
      {
        apiVersion: 'flagger.app/v1beta1',
        kind: 'Canary',
        metadata: { name: 'podinfo', namespace: 'test' },
        spec: {
          targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
          service: { port: 80 },
          analysis: { interval: '1m', threshold: 5, ...analysis },
        },
      },
      { meshProvider, metricsServer: '' },
    )
    const { fields } = alertFor(canary, { ...begun, fields: true }, settings())
    expect(fields.find(({ name }) => name === 'Traffic routing')?.value).toBe(told)
  }
})

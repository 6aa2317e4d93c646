import { expect, test } from 'vitest'
import { parseCanary } from '../../../src/canary/canary.ts'
import { withEntities } from '../../../src/notifiers/markup.ts'
import { messageFrom } from '../../../src/notifiers/message-template.ts'
import type { Alert } from '../../../src/notifiers/notifier.ts'
import { pagerduty } from '../../../src/notifiers/pagerduty/index.ts'
import { webhook } from '../../../src/notifiers/webhook/index.ts'

const template = `{{ if eq .Status "succeeded" }}:white_check_mark:{{ else }}:warning:{{ end }}
*Canary Deployment {{ .Status }}*
*Environment:* {{ .Metadata.environment }}
*Service:* {{ .Name }}.{{ .Namespace }}
{{ if eq .Status "failed" }}
*Failure Reason:*
{{ range .CanaryAnalysis.Iterations }}
{{ if .Failed }}
- {{ .Metric }}: {{ .Value }} (threshold: {{ .Threshold }})
{{ end }}
{{ end }}
{{ end }}
`

function canary(status: object = {}) {
  return parseCanary(
    {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { name: 'podinfo', namespace: 'test', labels: { environment: 'prod' } },
      spec: {
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
        service: { port: 9898 },
        analysis: { interval: '30s', threshold: 2, stepWeight: 10 },
      },
      status,
    },
    { meshProvider: 'istio', metricsServer: 'http://prometheus' },
  ).canary
}

function alert(of: Partial<Alert> = {}): Alert {
  const plain = { title: 'podinfo.test', message: 'hello', fields: [] }
  return { occasion: 'started', severity: 'info', ...plain, ...of }
}

test('a template tells of success', () => {
  expect(
    messageFrom(template, { canary: canary(), alert: alert({ occasion: 'succeeded' }) }),
  ).toEqual({
    message:
      ':white_check_mark:\n*Canary Deployment succeeded*\n*Environment:* prod\n*Service:* podinfo.test',
  })
})

test('a template tells which checks failed', () => {
  const checks = [
    { name: 'errors', kind: 'metric', ok: false, failed: 2, value: 3, max: 1 },
    { name: 'latency', kind: 'metric', ok: true, failed: 0, value: 3 },
  ]
  const failed = canary({ phase: 'Progressing', canaryAnalysis: { checks } })
  expect(
    messageFrom(template, { canary: failed, alert: alert({ occasion: 'failed' }) }).message,
  ).toBe(
    ':warning:\n*Canary Deployment failed*\n*Environment:* prod\n*Service:* podinfo.test\n*Failure Reason:*\n- errors: 3 (threshold: at most 1)',
  )
})

test('what is not known is left out', () => {
  const of = { canary: canary(), alert: alert() }
  expect(messageFrom('a{{ .Metadata.none }}b {{ .Status }}', of).message).toBe('ab initializing')
})

test("values can't become markup of the service, and the template itself can", () => {
  const of = {
    canary: canary(),
    alert: alert({ message: '<!channel> & more' }),
    escape: withEntities,
  }
  expect(messageFrom('<https://wiki|runbook>: {{ .Message }}', of).message).toBe(
    '<https://wiki|runbook>: &lt;!channel&gt; &amp; more',
  )
})

test('a template can tell the occasion', () => {
  const of = { canary: canary(), alert: alert({ occasion: 'waiting' }) }
  expect(messageFrom('{{ .Occasion }}', of).message).toBe('waiting')
})

test('a broken template never keeps an alert from being sent', () => {
  expect(messageFrom('{{ if }}', { canary: canary(), alert: alert() })).toEqual({
    message: 'hello',
    problem: 'template: messageTemplate:1: missing value for if',
  })
})

const target = {
  address: 'http://x/',
  channel: 'general',
  username: 'flagger',
  token: 't',
  proxy: '',
}
const bodyOf = ({ body }: { body?: string }) => JSON.parse(body ?? '{}') as unknown

test('any endpoint gets the alert as JSON, with the token', () => {
  const fields = [{ name: 'Cluster', value: 'eu-1' }]
  const request = webhook.notifier.request(target, alert({ fields }))
  expect(request).toMatchObject({ url: 'http://x/', headers: { authorization: 'Bearer t' } })
  expect(bodyOf(request)).toEqual({
    title: 'podinfo.test',
    occasion: 'started',
    severity: 'info',
    message: 'hello',
    channel: 'general',
    username: 'flagger',
    fields: { Cluster: 'eu-1' },
  })
})

test('a failure opens one incident at PagerDuty, whatever its words', () => {
  const of = alert({ occasion: 'failed', severity: 'error', message: 'A promotion finished.' })
  const request = pagerduty.notifier.request({ ...target, address: '' }, of)
  expect(request.url).toBe('https://events.pagerduty.com/v2/enqueue')
  expect(request.headers).not.toHaveProperty('authorization')
  expect(bodyOf(request)).toEqual({
    routing_key: 't',
    event_action: 'trigger',
    dedup_key: 'canary/podinfo.test/failed',
    payload: {
      summary: 'podinfo.test: A promotion finished.',
      source: 'podinfo.test',
      severity: 'error',
      component: 'podinfo.test',
      custom_details: {},
    },
  })
})

test.each(['succeeded', 'ended'] as const)(
  'what has %s resolves the incident of its canary',
  (occasion) => {
    const { notifier } = pagerduty
    const of = alert({ occasion })
    const all = [notifier.request(target, of), ...(notifier.further?.(target, of) ?? [])]
    expect(all.map(bodyOf)).toMatchObject([
      { event_action: 'resolve', dedup_key: 'canary/podinfo.test/failed' },
      { event_action: 'resolve', dedup_key: 'canary/podinfo.test/waiting' },
    ])
  },
)

test('PagerDuty without a routing key is refused', () => {
  expect(() => pagerduty.notifier.request({ ...target, token: '' }, alert())).toThrow(
    'pagerduty needs the routing key as "token" in the secret',
  )
})

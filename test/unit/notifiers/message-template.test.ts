import { expect, test } from 'vitest'
import { parseCanary } from '../../../src/canary/canary.ts'
import { messageFrom } from '../../../src/notifiers/message-template.ts'
import type { Alert } from '../../../src/notifiers/notifier.ts'
import { pagerduty } from '../../../src/notifiers/services/pagerduty.ts'
import { webhook } from '../../../src/notifiers/services/webhook.ts'

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
  return { severity: 'info', title: 'podinfo.test', message: 'hello', fields: [], ...of }
}

const finished = 'Canary analysis completed successfully, promotion finished.'

test('a template tells of success', () => {
  expect(messageFrom(template, canary(), alert({ message: finished }))).toEqual({
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
  expect(messageFrom(template, failed, alert({ severity: 'error' })).message).toBe(
    ':warning:\n*Canary Deployment failed*\n*Environment:* prod\n*Service:* podinfo.test\n*Failure Reason:*\n- errors: 3 (threshold: at most 1)',
  )
})

test('what is not known is left out', () => {
  expect(messageFrom('a{{ .Metadata.none }}b {{ .Status }}', canary(), alert()).message).toBe(
    'ab initializing',
  )
})

test('a broken template never keeps an alert from being sent', () => {
  expect(messageFrom('{{ if }}', canary(), alert())).toEqual({
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
  const request = webhook.request(target, alert({ fields }))
  expect(request).toMatchObject({ url: 'http://x/', headers: { authorization: 'Bearer t' } })
  expect(bodyOf(request)).toEqual({
    title: 'podinfo.test',
    severity: 'info',
    message: 'hello',
    channel: 'general',
    username: 'flagger',
    fields: { Cluster: 'eu-1' },
  })
})

test('PagerDuty is triggered, and resolved by the promotion', () => {
  const request = pagerduty.request({ ...target, address: '' }, alert({ severity: 'warn' }))
  expect(request.url).toBe('https://events.pagerduty.com/v2/enqueue')
  expect(request.headers).not.toHaveProperty('authorization')
  expect(bodyOf(request)).toEqual({
    routing_key: 't',
    event_action: 'trigger',
    dedup_key: 'canary/podinfo.test',
    payload: {
      summary: 'podinfo.test: hello',
      source: 'podinfo.test',
      severity: 'warning',
      component: 'podinfo.test',
      custom_details: {},
    },
  })
  expect(bodyOf(pagerduty.request(target, alert({ message: finished })))).toMatchObject({
    event_action: 'resolve',
  })
})

test('PagerDuty without a routing key is refused', () => {
  expect(() => pagerduty.request({ ...target, token: '' }, alert())).toThrow(
    'pagerduty needs the routing key as "token" in the secret',
  )
})

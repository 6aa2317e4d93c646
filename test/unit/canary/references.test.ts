import { describe, expect, test } from 'vitest'
import { parseAlertProvider, parseMetricTemplate } from '../../../src/canary/references.ts'

const stored = (kind: string, spec: unknown) => ({
  apiVersion: 'flagger.app/v1beta1',
  kind,
  metadata: { name: 'shared', namespace: 'ops' },
  spec,
})

describe('a metric template', () => {
  test('is given as it is stored', () => {
    const spec = { provider: { type: 'prometheus', headers: { 'X-Scope': ['a'] } }, query: 'up' }
    expect(parseMetricTemplate(stored('MetricTemplate', spec))).toEqual({ spec, problems: [] })
  })

  test('names what is wrong with it', () => {
    const spec = { provider: { type: 'promethius', region: 3 } }
    const { problems } = parseMetricTemplate(stored('MetricTemplate', spec))
    expect(problems).toEqual([
      expect.stringMatching(
        /^metric template shared\.ops: spec\.provider\.type is "promethius"; set it to one of prometheus, /,
      ),
      'metric template shared.ops: spec.provider.region is 3; set it to a text in quotes',
      'metric template shared.ops: spec.query is missing; add it',
    ])
  })
})

describe('an alert provider', () => {
  test.each([
    { type: 'slack', address: 'https://chat' },
    { type: 'pagerduty', secretRef: { name: 'key' } },
    { type: 'webhook', address: 'https://chat', secretRef: { name: 'key' }, messageTemplate: '.' },
  ])('is given as it is stored: %j', (spec) => {
    expect(parseAlertProvider(stored('AlertProvider', spec))).toEqual({ spec, problems: [] })
  })

  test('needs somewhere to send to', () => {
    expect(
      parseAlertProvider(stored('AlertProvider', { type: 'slack', address: '' })).problems,
    ).toEqual(['alert provider shared.ops: spec has no address; set address or secretRef'])
  })
})

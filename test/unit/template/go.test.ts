import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { renderQuery } from '../../../src/metrics/templates/template.ts'
import { printf } from '../../../src/template/printing/printf.ts'

interface Golden {
  template: string
  text?: string
  fails?: boolean
}

const goldens: Golden[] = JSON.parse(
  readFileSync(new URL('goldens/go.json', import.meta.url), 'utf8'),
)

const model = {
  name: 'podinfo',
  namespace: 'test',
  target: 'podinfo',
  service: 'podinfo',
  ingress: 'app',
  route: '',
  interval: '1m',
  variables: { direction: 'inbound', quantile: '0.95', 'canary-label': 'v' },
}

function rendered(template: string): Golden {
  try {
    return { template, text: renderQuery(template, model) }
  } catch {
    return { template, fails: true }
  }
}

test('every template gives what Go makes of it, or fails as it does there', () => {
  const others = goldens.filter((golden) => {
    const { text, fails } = rendered(golden.template)
    return text !== golden.text || fails !== golden.fails
  })
  expect(goldens.length).toBeGreaterThan(700)
  expect(others).toEqual([])
})

test.each([
  ['{{ print 1e6 }} {{ 123456789.0 }} {{ 1.0 }} {{ 1 }}', '1e+06 1.23456789e+08 1 1'],
  ['{{ printf "%v %T %T" 1234567.0 1.0 1 }}', '1.234567e+06 float64 int'],
  ['{{ namespace | }}', 'test'],
  ['{{ 9223372036854775807 }}', '9223372036854775807'],
])('%s is %s', (template, text) => {
  expect(renderQuery(template, model)).toBe(text)
})

test.each([
  [
    '{{ eq 1 1.0 }}',
    'template: tmpl:1:3: executing "tmpl" at <eq 1 1.0>: error calling eq: incompatible types for comparison: int and float64',
  ],
  [
    '{{ 12345678901234567890 }}',
    'template: tmpl:1:3: executing "tmpl" at <12345678901234567890>: 12345678901234567890 overflows int',
  ],
])('%s fails in the words of Go', (template, why) => {
  expect(() => renderQuery(template, model)).toThrow(`template excution failed: ${why}`)
})

// In time that grows with the square of the length each of these takes minutes.
test.each([
  ['indexes that never end', '%['.repeat(32_000)],
  ['stars', '%*.*[1]*'.repeat(8_000)],
  ['flags', `%${'#+- 0'.repeat(12_000)}d`],
])('a format of %s is done at once', (_what, format) => {
  expect(printf(format, 1n, 'x').length).toBeGreaterThan(0)
})

test.each(['%4194305d', '%.4194305f', '%3000000d%3000000d'])(
  '%s makes no endless text',
  (format) => {
    const formatted = () => printf(format, 1n, 2n)
    expect(() => formatted().length).toThrow('the text is too long')
  },
)

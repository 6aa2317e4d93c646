import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { valuesSchema } from '../../../scripts/generate/deploy/chart-values.ts'

const schema = valuesSchema(`
# The image.
image:
  # Its name.
  repository: canary
  pullPolicy: IfNotPresent
replicas: 1
enabled: false
labels: {}
list: []
resources:
  limits: { cpu: 1 }
`)
const accepts = new Ajv({ strict: false }).compile(schema)

test.each([
  { image: { repository: 'other' }, replicas: '2', enabled: true },
  { labels: { any: 'key' }, resources: { requests: {} }, list: [1] },
  { global: { of: 'another chart' } },
  { labels: null, list: null, replicas: null },
])('values like %j are accepted', (values) => {
  expect(accepts(values), JSON.stringify(accepts.errors)).toBe(true)
})

test.each([
  { imgae: {} },
  { image: { repo: 'x' } },
  { image: { pullPolicy: 'Sometimes' } },
  { enabled: 'yes' },
  { list: {} },
])('values like %j are refused', (values) => {
  expect(accepts(values)).toBe(false)
})

test('comments are the descriptions', () => {
  expect(schema).toMatchObject({
    properties: {
      image: {
        description: 'The image.',
        properties: { repository: { description: 'Its name.' } },
      },
    },
  })
})

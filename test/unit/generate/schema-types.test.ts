import { expect, test } from 'vitest'
import { type Schema, typesOf } from '../../../scripts/generate/api/schema-types.ts'

const resource = { kind: 'Thing', apiVersion: 'things.example/v1' }

const root = (spec: Schema): Schema => ({
  type: 'object',
  properties: { spec },
  required: ['spec'],
})

test('names types after kind and property, and comments the fields', () => {
  const types = typesOf(
    root({
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string', description: 'What it is called.' },
        port: { 'x-kubernetes-int-or-string': true },
        mode: { type: 'string', enum: ['on', 'off'] },
        parts: {
          type: 'array',
          items: { type: 'object', properties: { size: { type: 'integer' } } },
        },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
      },
    }),
    resource,
    { 'Thing.spec.parts[]': 'Part' },
  )
  expect([...types.values()].join('\n')).toBe(`export interface ThingResource extends KubeObject {
  apiVersion: 'things.example/v1'
  kind: 'Thing'
  spec: ThingSpec
}

export interface ThingSpec {
  /** What it is called. */
  name: string
  port?: number | string
  mode?: 'on' | 'off'
  parts?: Part[]
  labels?: Record<string, string>
}

export interface Part {
  size?: number
}
`)
})

test('gives an enum a type of its own where it has a name', () => {
  const modes = { type: 'array', items: { type: 'string', enum: ['on', 'off'] } }
  const spec = root({ type: 'object', properties: { modes } })
  expect(typesOf(spec, resource, { 'Thing.spec.modes[]': 'Mode' }).get('Mode')).toBe(
    "export type Mode = 'on' | 'off'\n",
  )
  expect(typesOf(spec, resource, {}).get('ThingSpec')).toContain("modes?: ('on' | 'off')[]")
})

test('breaks long comments', () => {
  const description = `${'word '.repeat(30)}end.`
  const spec = root({ type: 'object', properties: { a: { type: 'string', description } } })
  const lines = typesOf(spec, resource, {}).get('ThingSpec')?.split('\n') ?? []
  expect(lines.every((line) => line.length <= 100)).toBe(true)
  expect(lines.join(' ').match(/word/g)).toHaveLength(30)
})

test('refuses one name for two different types', () => {
  const spec = root({
    type: 'object',
    properties: {
      ref: { type: 'object', properties: { name: { type: 'string' } } },
      other: { type: 'object', properties: { ref: { type: 'object', properties: {} } } },
    },
  })
  expect(() => typesOf(spec, resource, {})).toThrow('two different schemas want the name Ref')
})

test('refuses a schema that it has no type for', () => {
  const spec = root({ type: 'object', properties: { any: {} } })
  expect(() => typesOf(spec, resource, {})).toThrow('no type for the schema at Thing.spec.any')
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { conform, type Shape } from '../../../src/canary/conform.ts'

const shape: Shape = {
  type: 'object',
  required: ['ref'],
  properties: {
    ref: {
      type: 'object',
      required: ['kind', 'name'],
      properties: { kind: { type: 'string', enum: ['A', 'B'] }, name: { type: 'string' } },
    },
    weight: { type: 'integer' },
    min: { type: 'number' },
    on: { type: 'boolean' },
    port: {},
    hosts: { type: 'array', items: { type: 'string' } },
    labels: { type: 'object', values: { type: 'string' } },
  },
}

const ref = { kind: 'A', name: 'x' }

test('keeps a value that has the shape', () => {
  const value = {
    ref,
    weight: 5,
    min: 0.5,
    on: false,
    port: 'http',
    hosts: ['a'],
    labels: { a: 'b' },
  }
  expect(conform(value, shape, 'spec')).toEqual({ value, problems: [] })
})

test('keeps fields that an open shape does not know, at its own level only', () => {
  const open: Shape = { type: 'object', open: true, properties: { inner: shape } }
  const value = { inner: { ref, other: 1 }, more: { of: ['it'] }, none: null }
  expect(conform(value, open, 'spec')).toEqual({
    value: { inner: { ref }, more: { of: ['it'] } },
    problems: [],
  })
})

test('drops fields that the shape does not know, and nulls', () => {
  expect(conform({ ref, other: 1, hosts: null }, shape, 'spec')).toEqual({
    value: { ref },
    problems: [],
  })
})

test.each([
  [{ weight: 2.5 }, 'spec.weight is 2.5; set it to a whole number'],
  [{ weight: '5' }, 'spec.weight is "5"; set it to a whole number'],
  [{ weight: 1e20 }, 'spec.weight is 100000000000000000000; set it to a whole number'],
  [{ min: 'a' }, 'spec.min is "a"; set it to a number'],
  [{ on: 'true' }, 'spec.on is "true"; set it to true or false'],
  [{ port: true }, 'spec.port is true; set it to a number or a text'],
  [{ hosts: 'a' }, 'spec.hosts is "a"; set it to a list'],
  [{ labels: ['a'] }, 'spec.labels is a list; set it to an object'],
])('leaves out a field of another type: %j', (wrong, problem) => {
  expect(conform({ ref, ...wrong }, shape, 'spec')).toEqual({ value: { ref }, problems: [problem] })
})

test('leaves out elements of another type, and keeps the others', () => {
  const value = { ref, hosts: ['a', 1, null], labels: { a: 'b', c: 1 } }
  expect(conform(value, shape, 'spec')).toEqual({
    value: { ref, hosts: ['a'], labels: { a: 'b' } },
    problems: [
      'spec.hosts[1] is 1; set it to a text in quotes',
      'spec.hosts[2] is missing; add it',
      'spec.labels.c is 1; set it to a text in quotes',
    ],
  })
})

test('puts an empty value where a required one is missing', () => {
  expect(conform({}, shape, 'spec')).toEqual({
    value: { ref: { kind: 'A', name: '' } },
    problems: ['spec.ref is missing; add it'],
  })
  expect(conform('nonsense', shape, 'spec')).toEqual({
    value: { ref: { kind: 'A', name: '' } },
    problems: ['spec is "nonsense"; set it to an object'],
  })
})

test('names the choices of an enum', () => {
  expect(conform({ ref: { kind: 'C', name: 'x' } }, shape, 'spec').problems).toEqual([
    'spec.ref.kind is "C"; set it to one of A, B',
  ])
})

test('gives a conforming value for anything, and finds no problem in it again', () => {
  fc.assert(
    fc.property(fc.anything(), (anything) => {
      const { value } = conform(anything, shape, 'spec')
      expect(conform(value, shape, 'spec')).toEqual({ value, problems: [] })
    }),
  )
})

test('leaves the prototype alone', () => {
  const value = JSON.parse('{"ref":{"kind":"A","name":"x"},"labels":{"__proto__":"y"}}')
  const conformed = conform(value, shape, 'spec').value as { labels: object }
  expect(Object.getPrototypeOf(conformed.labels)).toBe(Object.prototype)
  expect(Object.keys(conformed.labels)).toEqual(['__proto__'])
})

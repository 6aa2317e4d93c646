import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { KubeObject } from '../../../src/objects.ts'
import { asFound, differences, pathText } from '../../../src/writes/fields.ts'

function objectWith(fields: object): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, ...fields }
}

const texts = (found: object, wanted: object) =>
  differences(found, wanted).map(({ path }) => pathText(path))

test('the smallest fields that differ are named', () => {
  const names = texts({ a: 1, b: { c: 1, d: 1 } }, { a: 1, b: { c: 2, e: 1 } })
  expect(names).toEqual(['b.c', 'b.d', 'b.e'])
  const listed = texts({ http: [{ a: 1 }, { a: 2 }] }, { http: [{ a: 1 }, { a: 3 }] })
  expect(listed).toEqual(['http[1].a'])
  const added = texts({}, { annotations: { 'example.com/a': 'x' } })
  expect(added).toEqual(['annotations[example.com/a]'])
})

test('a list that grew or shrank is one field', () => {
  expect(texts({ http: [{ a: 1 }] }, { http: [{ a: 2 }, { a: 3 }] })).toEqual(['http'])
})

test('with all of its differences as they were found, an object is what was found', () => {
  const spec = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.jsonValue({ maxDepth: 3 }))
  fc.assert(
    fc.property(spec, spec, (one, other) => {
      const [found, wanted] = [objectWith({ spec: one }), objectWith({ spec: other })]
      const back = asFound(wanted, differences(found, wanted))
      expect(differences(found, back)).toEqual([])
      expect(asFound(wanted, [])).toEqual(wanted)
    }),
  )
})

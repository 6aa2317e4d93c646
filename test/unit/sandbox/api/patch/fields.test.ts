import fc from 'fast-check'
import { expect, test } from 'vitest'
import { builtinResources } from '../../../../../src/sandbox/api/builtin/resources.ts'
import type { Json } from '../../../../../src/sandbox/api/json.ts'
import {
  compareFields,
  decodeFields,
  encodeFields,
  fieldText,
  fieldValues,
} from '../../../../../src/sandbox/api/patch/fields.ts'
import { shapeOf } from '../../../../../src/sandbox/api/patch/lists.ts'
import { mergePatch } from '../../../../../src/sandbox/api/patch/merge-patch.ts'

const deployments = builtinResources.find(({ kind }) => kind === 'Deployment')
if (!deployments) throw new Error('there is no Deployment among the built-in kinds')
const shape = shapeOf(deployments)

const values = fc.letrec<{ value: unknown; object: Json }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, fc.integer(), fc.string(), fc.boolean(), tie('object')),
  object: fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), tie('value'), { maxKeys: 4 }),
})).object

test('field sets survive being written down', () => {
  fc.assert(
    fc.property(values, (object) => {
      const fields = new Set(fieldValues({ spec: object }, shape).keys())
      expect(decodeFields(encodeFields(fields))).toEqual(fields)
    }),
  )
})

test('an object has no changes against itself', () => {
  fc.assert(
    fc.property(values, (object) => {
      const { changed, removed } = compareFields(object, structuredClone(object), shape)
      expect([changed.size, removed.size]).toEqual([0, 0])
    }),
  )
})

test('a merge patch of an object with itself changes nothing', () => {
  fc.assert(
    fc.property(values, (object) => {
      expect(mergePatch(object, object)).toEqual(object)
    }),
  )
})

test('items of keyed lists are named by their keys', () => {
  const ports = [{ containerPort: 80, name: 'http' }]
  const object = { spec: { template: { spec: { containers: [{ name: 'app', ports }] } } } }
  const paths = [...fieldValues(object, shape).keys()].map(fieldText)
  const container = '.spec.template.spec.containers[name="app"]'
  const port = `${container}.ports[containerPort=80,protocol="TCP"]`
  expect(paths).toEqual([
    container,
    `${container}.name`,
    port,
    `${port}.containerPort`,
    `${port}.name`,
  ])
})

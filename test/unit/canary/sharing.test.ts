import { expect, test } from 'vitest'
import { sharingProblem, sharingWarnings } from '../../../src/canary/sharing.ts'
import type { KubeObject } from '../../../src/objects.ts'
import { findIn } from '../../support/find.ts'
import { parsed } from './resource.ts'

const strict = { isRequired: true, home: 'flagger-system' }

function template(namespace: string, annotations?: Record<string, unknown>): KubeObject {
  const metadata = { name: 'errors', namespace, annotations }
  // As the API server would not give it: annotations of any type.
  return { apiVersion: 'flagger.app/v1beta1', kind: 'MetricTemplate', metadata } as KubeObject
}

test.each([
  ['of the canary itself', template('shop')],
  ['of the controller', template('flagger-system')],
  ['that names it', template('ops', { 'flagger.app/shared-with': 'shop' })],
  ['that names it among others', template('ops', { 'flagger.app/shared-with': 'a, shop ,b' })],
  ['that is for everybody', template('ops', { 'flagger.app/shared-with': '*' })],
])('an object in a namespace %s may be used', (_, object) => {
  expect(sharingProblem(object, 'shop', strict)).toBeUndefined()
})

test.each([
  ['nothing', undefined],
  ['an empty text', ''],
  ['another namespace', 'shopping'],
  ['a part of the name', 'sho'],
  ['a pattern', 'sh*'],
  ['no text', 7],
])('an object of another namespace whose annotation says %s may not be used', (_, value) => {
  const object = template(
    'ops',
    value === undefined ? undefined : { 'flagger.app/shared-with': value },
  )
  expect(sharingProblem(object, 'shop', strict)).toBe(
    'it is not shared with namespace shop; add shop to its annotation flagger.app/shared-with',
  )
  expect(sharingProblem(object, 'shop', { ...strict, isRequired: false })).toBeUndefined()
})

test('a controller that is in no pod has no namespace of its own to share', () => {
  expect(sharingProblem(template(''), 'shop', { isRequired: true, home: '' })).toBeDefined()
})

test('where consent is not required, each object without it is warned of, once', () => {
  const ref = { name: 'errors', namespace: 'ops' }
  const canary = parsed({
    analysis: {
      metrics: [
        { name: 'a', templateRef: ref, thresholdRange: { max: 1 } },
        { name: 'b', templateRef: ref, thresholdRange: { max: 1 } },
        { name: 'c', templateRef: { name: 'gone', namespace: 'ops' }, thresholdRange: { max: 1 } },
      ],
    },
  })
  const loose = { ...strict, isRequired: false }
  const warned = (object: KubeObject) => sharingWarnings(canary, findIn([object]), loose)
  expect(warned(template('ops'))).toEqual([
    'MetricTemplate errors of namespace ops is used without its consent; add test to its annotation ' +
      'flagger.app/shared-with, and start the controller with -require-shared-with',
  ])
  expect(warned(template('ops', { 'flagger.app/shared-with': 'test' }))).toEqual([])
  expect(sharingWarnings(canary, findIn([template('ops')]), strict)).toEqual([])
})

test('an Upstream of another namespace whose settings are taken is warned of as well', () => {
  const upstreamRef = { apiVersion: 'gloo.solo.io/v1', kind: 'Upstream', name: 'up' }
  const canary = parsed({ spec: { upstreamRef: { ...upstreamRef, namespace: 'ops' } } })
  const { name, ...type } = upstreamRef
  const upstream = { ...type, metadata: { name, namespace: 'ops' } } as KubeObject
  const warned = (sharing: { isRequired: boolean; home: string }) =>
    sharingWarnings(canary, findIn([upstream]), sharing)
  expect(warned({ ...strict, isRequired: false })).toEqual([
    expect.stringMatching(/^Upstream up of namespace ops is used without its consent; add test to/),
  ])
  expect(warned({ isRequired: false, home: 'ops' })).toEqual([])
})

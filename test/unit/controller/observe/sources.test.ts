import { expect, test } from 'vitest'
import { checkReads } from '../../../../controller/observe/sources.ts'
import type { KubeObject } from '../../../../src/objects.ts'
import { findIn } from '../../../support/find.ts'
import { parsedCanary } from '../../../support/parsed-canary.ts'
import { template } from '../../metrics/builders.ts'

const canary = parsedCanary({
  metrics: [
    { name: 'm', templateRef: { name: 't', namespace: 'ops' }, thresholdRange: { max: 1 } },
  ],
  alerts: [{ name: 'chat', providerRef: { name: 'chat', namespace: 'ops' } }],
})

function given(annotations: object): KubeObject[] {
  const receiver = { metadata: { name: 'chat', namespace: 'ops', annotations } }
  const errors = template('t', 'v', { secretRef: { name: 'login' } }, 'ops')
  return [
    { ...errors, metadata: { ...errors.metadata, annotations } } as KubeObject,
    {
      ...{ apiVersion: 'flagger.app/v1beta1', kind: 'AlertProvider', ...receiver },
      spec: { type: 'slack', secretRef: { name: 'key' } },
    } as KubeObject,
  ]
}

function secretsOf(annotations: object, isRequired: boolean): string[] {
  return checkReads(canary, findIn(given(annotations)), { isRequired, home: '' }).flatMap(
    ({ kind, namespace, name }) => (kind === 'Secret' ? [`${namespace}/${name}`] : []),
  )
}

test('Secrets of another namespace are wanted only with the consent that is required', () => {
  const both = ['ops/login', 'ops/key']
  expect(secretsOf({}, true)).toEqual([])
  expect(secretsOf({ 'flagger.app/shared-with': 'test' }, true)).toEqual(both)
  expect(secretsOf({}, false)).toEqual(both)
})

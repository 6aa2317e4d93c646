import { expect, test } from 'vitest'
import { type BeforeFacts, beforeItems } from '../../../src/cluster-check/before.ts'

const well: BeforeFacts = {
  ...{ server: 'v1.36.0', served: [], controllers: [], areAll: true },
  wishes: { namespace: 'flagger-system', onlyNamespace: false },
  rights: [{ what: 'patch deployments', allowed: true }],
}
const said = (of: Partial<BeforeFacts>) =>
  beforeItems({ ...well, ...of }).map(({ level, message }) => `${level}: ${message}`)

test('nothing in the way is said line by line', () => {
  expect(said({})).toEqual([
    'ok: Kubernetes v1.36.0',
    'ok: the definitions of flagger.app will be created',
    'ok: no other controller is in the way',
    'ok: you may: patch deployments',
  ])
})

test.each<[Partial<BeforeFacts>, string]>([
  [
    { server: 'v1.28.3' },
    'warning: Kubernetes v1.28.3 is older than v1.34, the oldest that is tried',
  ],
  [{ server: null }, 'warning: the server does not say its version'],
  [
    { areAll: false },
    "warning: no permission to list deployments in all namespaces: whether another controller works on the same canaries can't be told",
  ],
  [{ served: ['v1beta1'] }, 'ok: the definitions of flagger.app are there (v1beta1)'],
  [
    { rights: [{ what: 'patch clusterroles', allowed: false }] },
    'error: you may not: patch clusterroles; ask an administrator',
  ],
])('%j is told', (of, line) => expect(said(of)).toContain(line))

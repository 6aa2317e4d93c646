import { expect, test } from 'vitest'
import { lastingText, refusalText, unreadableText } from '../../../../controller/observe/refusal.ts'
import { KubeError } from '../../../../src/errors.ts'
import { resourceKind } from '../../../../src/known-kinds.ts'

const kube = (status: number, message: string, reason = '') =>
  new KubeError(message, { status, reason })

test.each([
  [
    kube(403, 'services is forbidden: User "c" cannot create resource "services"'),
    'the API server refused: services is forbidden: User "c" cannot create resource "services"; grant the controller this right, as its ClusterRole does',
  ],
  [
    kube(403, 'pods is forbidden: exceeded quota: small'),
    'the API server refused: pods is forbidden: exceeded quota: small; change what forbids it, or the target',
  ],
  [
    kube(422, 'Service "a" is invalid: spec.ports: Required value'),
    'the API server refused: Service "a" is invalid: spec.ports: Required value; correct what it names, in the target or in the canary',
  ],
  [
    kube(422, 'Service "2048-canary" is invalid: metadata.name: Invalid value: "2048-canary"'),
    'the API server refused: Service "2048-canary" is invalid: metadata.name: Invalid value: "2048-canary"; set spec.service.name to a name that this server takes, with a letter first',
  ],
  [
    kube(404, 'the server could not find the requested resource', 'KindNotServed'),
    'the API server refused: the server could not find the requested resource; install the CRDs that this canary needs',
  ],
])('%s is told with its remedy', (error, text) => {
  expect(refusalText(error)).toBe(text)
})

test.each([
  [kube(0, 'connection refused')],
  [kube(401, 'Unauthorized')],
  [kube(404, 'services "a" not found', 'NotFound')],
  [kube(409, 'the object has been modified')],
  [kube(429, 'too many requests')],
  [kube(500, 'internal error')],
  [kube(403, 'unable to create new content in namespace a because it is being terminated')],
])('%s passes by itself, and is no news', (error) => {
  expect(refusalText(error)).toBeUndefined()
})

test('a kind that cannot be followed is named as roles name it', () => {
  const kind = resourceKind({ apiVersion: 'networking.istio.io/v1beta1', kind: 'VirtualService' })
  expect(unreadableText({ kind, state: 'missing', message: '404' })).toBe(
    'the cluster has no virtualservices.networking.istio.io (networking.istio.io/v1beta1): install the CRDs of its provider, in a release that serves this version',
  )
  expect(unreadableText({ kind, state: 'forbidden', message: 'you cannot list them' })).toBe(
    'you cannot list them; grant the controller get, list and watch on virtualservices.networking.istio.io',
  )
  const services = resourceKind({ apiVersion: 'v1', kind: 'Service' })
  expect(unreadableText({ kind: services, state: 'forbidden', message: 'no' })).toMatch(
    /on services$/,
  )
})

test.each([
  [kube(500, 'no endpoints'), /^the API server keeps failing: no endpoints; /],
  [kube(429, 'too many'), /^the API server keeps failing: too many; /],
  [kube(409, 'modified'), /^the API server keeps refusing: modified; see who else writes/],
])('%s is told once it lasts', (error, text) => {
  expect(refusalText(error)).toBeUndefined()
  expect(lastingText(error)).toMatch(text)
})

test('a server that cannot be reached is not told of by events, which could not be written', () => {
  expect(lastingText(kube(0, 'connection refused'))).toBeUndefined()
})

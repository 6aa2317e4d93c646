import { expect, test } from 'vitest'
import { parseCanary } from '../../../../src/canary/canary.ts'
import {
  formerly,
  formers,
  namesLeft,
  servedBy,
  servedNext,
} from '../../../../src/canary/status/served-by.ts'

function canary(spec: object, status: object = {}) {
  const stored = {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'podinfo', namespace: 'test' },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      service: { port: 80 },
      analysis: { interval: '1m', threshold: 1, stepWeight: 10 },
      ...spec,
    },
    status,
  }
  return parseCanary(stored, { meshProvider: 'istio', metricsServer: 'http://p' }).canary
}

const ingressRef = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'shop' }
const autoscalerRef = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  name: 'podinfo',
}

test('what serves a canary is what it names, or what the controller was told', () => {
  expect(servedBy(canary({}))).toEqual({ provider: 'istio', service: 'podinfo' })
  expect(servedBy(canary({ provider: 'nginx', ingressRef, autoscalerRef }))).toEqual({
    provider: 'nginx',
    service: 'podinfo',
    ingress: 'shop',
    autoscaler: { kind: 'HorizontalPodAutoscaler', name: 'podinfo' },
  })
})

test('nothing is left where nothing is noted, or nothing changed', () => {
  expect(formerly(canary({}))).toBeUndefined()
  expect(formerly(canary({}, { servedBy: { provider: 'istio' } }))).toBeUndefined()
})

test('the Ingress of before is known although the Canary names none any more', () => {
  const was = { provider: 'nginx', ingress: 'shop' }
  const now = canary({ autoscalerRef }, { servedBy: was })
  const former = formerly(now)
  expect(former?.provider).toBe('nginx')
  expect(former?.spec).toMatchObject({ ingressRef })
  expect(former?.spec).not.toHaveProperty('autoscalerRef')
  expect(namesLeft(now)).toBe('provider nginx, Ingress shop')
})

test('an autoscaler that is named no more is told by kind and name', () => {
  const was = { provider: 'istio', autoscaler: { kind: 'ScaledObject', name: 'old' } }
  const now = canary({ autoscalerRef }, { servedBy: was })
  expect(formerly(now)?.spec.autoscalerRef).toMatchObject(was.autoscaler)
  expect(namesLeft(now)).toBe('ScaledObject old')
})

test('Ingresses and routes that are left out of the lists are told one by one', () => {
  const ingressRefs = [
    { ...ingressRef, name: 'a' },
    { ...ingressRef, name: 'b' },
  ]
  const spec = { ingressRef, ingressRefs, httpRouteRefs: [{ name: 'c' }] }
  const was = servedBy(canary({ provider: 'nginx', ...spec }))
  expect(was).toEqual({
    provider: 'nginx',
    service: 'podinfo',
    ingress: 'shop',
    ingresses: ['a', 'b'],
    httpRoutes: ['c'],
  })
  const now = canary(
    { provider: 'nginx', ingressRef, ingressRefs: ingressRefs.slice(1) },
    { servedBy: was },
  )
  expect(formerly(now)?.spec).toMatchObject(spec)
  expect(namesLeft(now)).toBe('Ingress a, HTTPRoute c')
})

test('what it was about to be served by is left where the Canary was edited back', () => {
  const status = {
    servedBy: { provider: 'istio' },
    servedNext: [{ provider: 'linkerd', service: 'podinfo' }],
  }
  const now = canary({}, status)
  expect(formerly(now)).toBeUndefined()
  expect(formers(now).map(({ provider }) => provider)).toEqual(['linkerd'])
  expect(namesLeft(now)).toBe('provider linkerd')
  const next = canary({ provider: 'linkerd' }, status)
  expect(formers(next).map(({ provider }) => provider)).toEqual(['istio'])
  const third = canary({ provider: 'kubernetes' }, status)
  expect(formers(third).map(({ provider }) => provider)).toEqual(['istio', 'linkerd'])
  expect(namesLeft(third)).toBe('provider istio, provider linkerd')
})

test('what two of them had in common is told once', () => {
  const autoscaler = { kind: 'HorizontalPodAutoscaler', name: 'before' }
  const was = { ...servedBy(canary({})), autoscaler }
  const status = { servedBy: was, servedNext: [{ ...was, provider: 'linkerd' }] }
  const left = namesLeft(canary({}, status))
  expect(left).toBe('HorizontalPodAutoscaler before, provider linkerd')
})

test('all that it was about to be served by is left, and noted until then', () => {
  const was = servedBy(canary({}))
  const [linkerd, nginx] = [canary({ provider: 'linkerd' }), canary({ provider: 'nginx' })]
  const begun = [servedBy(linkerd), servedBy(nginx)]
  expect(servedNext(canary({ provider: 'linkerd' }, { servedBy: was }))).toEqual([begun[0]])
  const then = { servedBy: was, servedNext: begun.slice(0, 1) }
  expect(servedNext(canary({ provider: 'nginx' }, then))).toEqual(begun)
  expect(servedNext(canary({ provider: 'linkerd' }, then))).toBeUndefined()
  const back = canary({}, { servedBy: was, servedNext: begun })
  expect(servedNext(back)).toBeUndefined()
  expect(formers(back).map(({ provider }) => provider)).toEqual(['linkerd', 'nginx'])
})

/** Objects of the user that are taken over, and given back. */
import { describe, expect, test } from 'vitest'
import { istio } from '../../../../src/routers/istio/router.ts'
import type { Specified } from '../../../../src/routers/metadata.ts'
import { originalConfiguration } from '../../../../src/routers/original.ts'
import { contextOf, restored } from '../../../conformance/routers/fixtures.ts'
import { split, toHost, virtualService, vs } from './virtual-services.ts'

describe('taking over', () => {
  const theirs = vs({ hosts: ['shop'], tls: [], http: [{ route: [toHost('podinfo')] }] })

  test('the original is remembered once, whatever changes later', () => {
    const taken = virtualService({ cluster: [theirs] })
    const key = originalConfiguration
    expect(JSON.parse(taken.metadata.annotations?.[key] ?? '')).toEqual(
      JSON.parse(JSON.stringify(theirs.spec)),
    )
    const later = virtualService({
      cluster: [taken],
      spec: { service: { port: 80, timeout: '1s' } },
    })
    expect(later.metadata.annotations?.[key]).toBe(taken.metadata.annotations?.[key])
  })

  test('what kubectl applied is the original', () => {
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(theirs),
    }
    const applied = vs(theirs.spec, { annotations })
    const taken = virtualService({ cluster: [applied] })
    expect(taken.metadata.annotations).not.toHaveProperty(originalConfiguration)
    const now = restored([taken], istio.restore(contextOf({ cluster: [taken] })))
    expect(now).toEqual([vs(JSON.parse(JSON.stringify(theirs.spec)), { annotations })])
  })

  test('a spec of ours is never taken for the original', () => {
    const ours = vs({ http: [{ route: [toHost('podinfo-canary', 5)] }] })
    const next = virtualService({ cluster: [ours] })
    expect(next.metadata.annotations).not.toHaveProperty(originalConfiguration)
    expect(istio.restore(contextOf({ cluster: [next] }))).toEqual({ write: [], remove: [] })
  })

  test('an unreadable original stops the restoration with its name', () => {
    const broken = vs(theirs.spec, { annotations: { [originalConfiguration]: '{' } })
    expect(() => istio.restore(contextOf({ cluster: [broken] }))).toThrow(
      /^VirtualService podinfo\.test failed to unMarshal annotation flagger\.kubernetes\.io/,
    )
  })
})

test('the traffic policy of the Canary is on both DestinationRules, and goes again', () => {
  const trafficPolicy = { tls: { mode: 'ISTIO_MUTUAL' } } as const
  const configured = istio.render(
    contextOf({ spec: { service: { port: 80, trafficPolicy } } }),
    split,
  )
  expect(configured.slice(0, 2)).toMatchObject([
    { metadata: { name: 'podinfo-canary' }, spec: { host: 'podinfo-canary', trafficPolicy } },
    { metadata: { name: 'podinfo-primary' }, spec: { host: 'podinfo-primary', trafficPolicy } },
  ])
  const without = istio.render(contextOf({ cluster: configured }), split) as Specified[]
  expect(without[0]?.spec).toEqual({ host: 'podinfo-canary' })
})

test('subsets that somebody added are removed from a DestinationRule', () => {
  const [rule, ...others] = istio.render(contextOf(), split) as Specified[]
  if (!rule) throw new Error('no DestinationRule was rendered')
  const edited: Specified = { ...rule, spec: { ...rule.spec, subsets: [{ name: 'v1' }] } }
  expect(istio.render(contextOf({ cluster: [edited, ...others] }), split)[0]).toEqual(rule)
})

test('restoring removes what the Canary owns, and the split before the rest', () => {
  const cluster = istio.render(contextOf(), split)
  const { write, remove } = istio.restore(contextOf({ cluster }))
  expect(write).toEqual([])
  expect(remove.map(({ kind, name }) => `${kind}/${name}`)).toEqual([
    'VirtualService/podinfo',
    'DestinationRule/podinfo-canary',
    'DestinationRule/podinfo-primary',
  ])
})

test('what another Canary owns is left to that one', () => {
  const ownerReferences = [
    { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'x', uid: 'x', controller: true },
  ]
  const cluster = [vs({ http: [] }, { ownerReferences })]
  expect(istio.restore(contextOf({ cluster }))).toEqual({ write: [], remove: [] })
})

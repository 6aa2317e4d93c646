import { describe, expect, test } from 'vitest'
import { absentParents } from '../../../../controller/observe/parents.ts'
import { type KubeObject, type ObjectRef, refKey, refOf } from '../../../../src/objects.ts'
import { routerFor } from '../../../../src/routers/index.ts'
import { type ContextOf, contextOf } from '../../../conformance/routers/fixtures.ts'

type Service = NonNullable<NonNullable<ContextOf['spec']>['service']>

const gatewayOf = (provider: string) => (place: string) => {
  const [namespace = '', name = ''] = place.split('/')
  const apiVersion =
    provider === 'istio' ? 'networking.istio.io/v1beta1' : 'gateway.networking.k8s.io/v1'
  return { apiVersion, kind: 'Gateway', metadata: { namespace, name } }
}

function absent(
  service: Partial<Service>,
  { there = [], provider = 'istio', synced = true }: Partial<Given> = {},
) {
  const objects = there.map(gatewayOf(provider))
  const find = (ref: ObjectRef) => objects.find((one) => refKey(refOf(one)) === refKey(ref))
  const cache = {
    synced: () => synced,
    get: <T extends KubeObject>(ref: ObjectRef) => find(ref) as T | undefined,
    glimpses: <T extends KubeObject>() => objects as KubeObject[] as T[],
  }
  const subject = contextOf({ provider, spec: { service: { port: 80, ...service } } })
  return absentParents(routerFor(provider), subject, cache)
}

interface Given {
  there: string[]
  provider: string
  synced: boolean
}

describe('a Gateway that a Canary names', () => {
  test.each(['edge/public', 'public.edge', 'public.edge.svc.cluster.local'])(
    'is found for Istio as %s',
    (name) => {
      expect(absent({ gateways: [name] }, { there: ['edge/public'] })).toEqual({ warnings: [] })
    },
  )

  test.each(['public', './public', 'test/public'])('is one of the own namespace as %s', (name) => {
    expect(absent({ gateways: [name] }, { there: ['test/public'] })).toEqual({ warnings: [] })
  })

  test('is found for Gateway API in the namespace of the Canary, or in the one that is named', () => {
    const of = { provider: 'gatewayapi:v1', there: ['test/own', 'edge/public'] }
    const gatewayRefs = [{ name: 'own' }, { name: 'public', namespace: 'edge' }]
    expect(absent({ gatewayRefs }, of)).toEqual({ warnings: [] })
  })

  test('and that is not there is told with those that are, and holds the canary', () => {
    const sentence =
      'spec.service.gateways names Gateway pubic.edge, which is not there: create it, or name ' +
      'one that is (a.edge, b.edge, public.edge, …)'
    const there = ['edge/public', 'edge/a', 'edge/b', 'edge/x']
    expect(absent({ gateways: ['edge/pubic'] }, { there })).toEqual({
      warnings: [sentence],
      why: sentence,
    })
  })

  test('and that is not there holds nobody where others lead to the routes', () => {
    const told = [expect.stringMatching(/^spec\.service\.gateways names Gateway b\.test, which/)]
    const of = { there: ['test/a'] }
    expect(absent({ gateways: ['b', 'mesh'] }, of)).toEqual({ warnings: told })
    expect(absent({ gateways: ['b', 'a'] }, of)).toEqual({ warnings: told })
  })

  test('holds nobody where the cluster has none at all, and may keep them elsewhere', () => {
    expect(absent({ gateways: ['b'] })).toEqual({
      warnings: [
        'spec.service.gateways names Gateway b.test, which is not there: create it, or correct the field',
      ],
    })
  })

  test('is not missed where Gateways can’t be looked at', () => {
    expect(absent({ gateways: ['b'] }, { synced: false })).toEqual({ warnings: [] })
  })
})

test('the Service of a mesh, and what is of another group, needs no Gateway', () => {
  const of = { provider: 'gatewayapi:v1', there: ['test/own'] }
  const gatewayRefs = [
    { group: 'core', kind: 'Service', name: 'podinfo' },
    { group: 'example.com', name: 'own' },
  ]
  expect(absent({ gatewayRefs }, of)).toEqual({ warnings: [] })
})

test('a provider that names no parents misses none', () => {
  expect(absent({ gateways: ['b'] }, { provider: 'traefik' })).toEqual({ warnings: [] })
})

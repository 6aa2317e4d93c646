/** Canaries to which several Ingresses, or several HTTPRoutes, lead. */
import { describe, expect, test } from 'vitest'
import type { CanarySpec } from '../../../src/canary/api.gen.ts'
import type { KubeObject } from '../../../src/objects.ts'
import { forIngresses } from '../../../src/routers/checks.ts'
import { claimsOf, routerFor } from '../../../src/routers/index.ts'
import type { Ingress } from '../../../src/routers/ingress.ts'
import { ingress, ingressRef } from '../../conformance/routers/fixtures/ingress.ts'
import { contextOf, restored } from '../../conformance/routers/fixtures.ts'
import { backendsOf, type HttpRoute, handMade, split, toPrimary } from './gateway-api/route.ts'

const spec = { ingressRef, ingressRefs: [{ ...ingressRef, name: 'internal' }, ingressRef] }
const internal = {
  ...ingress,
  metadata: { ...ingress.metadata, name: 'internal' },
  spec: {
    ...ingress.spec,
    rules: ingress.spec.rules.map((rule) => ({ ...rule, host: 'app.internal' })),
  },
}
const names = (objects: readonly KubeObject[]) => objects.map(({ metadata }) => metadata.name)

describe.each(['nginx', 'skipper'])('%s', (provider) => {
  const router = routerFor(provider)
  const cluster = [ingress, internal]
  const context = (found: readonly KubeObject[]) =>
    contextOf({ provider, spec, cluster: [...cluster, ...found] })
  const first = router.render(context([]), toPrimary)
  const [copy, other] = router.render(context(first), split) as [Ingress, Ingress]

  test('each Ingress has a copy of its own hosts, and all have one weight', () => {
    expect(names([copy, other])).toEqual(['podinfo-canary', 'internal-canary'])
    expect(other.spec?.rules?.[0]).toMatchObject({ host: 'app.internal' })
    expect(router.routes(context([copy, other]))).toEqual(split)
  })

  test('a copy that is still to be written leads nobody back to the canary', () => {
    const [, idle] = first
    for (const found of [
      [copy, idle],
      [first[0], other],
    ])
      expect(router.routes(context(found.flatMap((one) => one ?? [])))?.canary).toBe(0)
  })

  test('an Ingress that is named later gets the weight of the others', () => {
    expect(router.routes(context([copy]))).toEqual(split)
  })

  test('nothing is left of any copy', () => {
    const left = restored([...cluster, copy, other], router.restore(context([copy, other])))
    expect(names(left)).toEqual(['podinfo', 'internal'])
  })

  test('no other canary may have one of the copies', () => {
    expect(claimsOf(provider, spec as Partial<CanarySpec>).map(({ name }) => name)).toEqual([
      'podinfo-canary',
      'internal-canary',
    ])
  })

  test('one that is not there holds the canary', () => {
    const alone = contextOf({ provider, spec, cluster: [ingress] })
    expect(() => router.render(alone, toPrimary)).toThrow(/ingress internal.test get query error/)
  })
})

test('checks ask for the requests of all Ingresses', () => {
  const query = 'requests{ingress="{{ ingress }}"} + of{route=~"kube_{{ ingress }}_canary"}'
  expect(forIngresses(query, ['podinfo'])).toBe(query)
  expect(forIngresses(query, ['podinfo', 'a.b'])).toBe(
    'requests{ingress=~"(podinfo|a[.]b)"} + of{route=~"kube_(podinfo|a[.]b)_canary"}',
  )
})

describe('Gateway API', () => {
  const router = routerFor('gatewayapi:v1')
  const own = {
    ...handMade({
      hostnames: ['internal.example.com'],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/static' } }],
          backendRefs: [{ name: 'files', port: 80 }],
        },
        { timeouts: { request: '3s' }, backendRefs: [{ name: 'podinfo', port: 80 }] },
      ],
    }),
    metadata: { name: 'internal', namespace: 'test', labels: { team: 'shop' } },
  }
  const httpRouteRefs = [{ name: 'internal' }]
  const service = {
    port: 80,
    hosts: ['app.example.com'],
    gatewayRefs: [{ name: 'gw' }],
    timeout: '9s',
  }
  const context = (
    found: readonly KubeObject[] = [own],
    of: Partial<typeof service> = service,
    analysis = {},
  ) =>
    contextOf({
      provider: 'gatewayapi:v1',
      spec: { service: { port: 80, ...of }, httpRouteRefs },
      cluster: [...found],
      analysis,
    })

  test('the rules of a route of the user lead to both, and all else stays', () => {
    const [generated, mine] = router.render(context(), split) as [HttpRoute, HttpRoute]
    expect(names([generated, mine])).toEqual(['podinfo', 'internal'])
    expect(mine.metadata.labels).toEqual({ team: 'shop' })
    expect(mine.spec.hostnames).toEqual(['internal.example.com'])
    expect(mine.spec.rules[0]).toEqual(own.spec.rules[0])
    expect(mine.spec.rules[1]).toMatchObject({ timeouts: { request: '3s' } })
    expect(mine.spec.rules.slice(1).flatMap(backendsOf)).toEqual([
      'podinfo-primary 80',
      'podinfo-canary 20',
    ])
    expect(router.routes(context([generated, mine]))).toEqual(split)
    expect(router.render(context([generated, mine]), split)).toEqual([generated, mine])
  })

  test('testers of an A/B test are told from others on each route', () => {
    const match = [{ headers: { 'x-canary': { exact: '1' } } }]
    const analysis = { iterations: 2, stepWeight: 0, match }
    const toTesters = { primary: 0, canary: 100, mirrored: false }
    const [, mine] = router.render(context([own], service, analysis), toTesters) as HttpRoute[]
    expect(mine?.spec.rules.slice(1).map(backendsOf)).toEqual([
      ['podinfo-primary 0', 'podinfo-canary 100'],
      ['podinfo-primary 100'],
    ])
  })

  test('without parents in the Canary the routes of the user are all that there is', () => {
    const objects = router.render(context([own], {}), split)
    expect(names(objects)).toEqual(['internal'])
  })

  test('it is given back as it was', () => {
    const written = router.render(context(), split)
    const left = restored(written, router.restore(context(written)))
    const { metadata, spec } = left.find(
      ({ metadata }) => metadata.name === 'internal',
    ) as HttpRoute
    expect({ metadata, spec }).toEqual({ metadata: own.metadata, spec: own.spec })
  })

  test('a weight that is still to be written on one of them leads nobody to the canary', () => {
    const [generated] = router.render(context(), split)
    const [, idle] = router.render(context(), toPrimary)
    const found = [generated, idle].flatMap((one) => one ?? [])
    expect(router.routes(context(found))?.canary).toBe(0)
  })

  test.each([
    ['is not there', [] as KubeObject[], 'HTTPRoute internal.test is not there; create it, or'],
    [
      'leads elsewhere',
      [{ ...own, spec: { rules: [{ backendRefs: [{ name: 'files', port: 80 }] }] } }],
      'HTTPRoute internal.test has no rule to Service podinfo; let one lead there, or',
    ],
  ])('one that %s holds the canary, but no rollback', (_, found, sentence) => {
    const running = router.render(context(), split).slice(0, 1)
    expect(() => router.render(context(found), split)).toThrow(sentence)
    expect(names(router.render(context([...running, ...found]), toPrimary))).toEqual(['podinfo'])
  })

  const broken = (route: HttpRoute): HttpRoute => {
    const annotations = Object.fromEntries(
      Object.entries(route.metadata.annotations ?? {}).map(([key, value]) => [
        key,
        key.startsWith('flagger.app/') ? '{' : value,
      ]),
    )
    return { ...route, metadata: { ...route.metadata, annotations } }
  }

  test('one that can not be read any more holds the canary; a rollback takes its users back', () => {
    const [generated, mine] = router.render(context(), split) as [HttpRoute, HttpRoute]
    const found = [generated, broken(mine)]
    expect(() => router.render(context(found), split)).toThrow(
      /^HTTPRoute internal\.test: annotation flagger\.app\/\S+ is not JSON/,
    )
    const [, back] = router.render(context(found), toPrimary) as HttpRoute[]
    expect(back?.spec.rules.slice(1).flatMap(backendsOf)).toEqual([
      'podinfo-primary 100',
      'podinfo-canary 0',
    ])
  })

  test('one that has no users of the canary stands in the way of no rollback', () => {
    const [generated] = router.render(context(), split) as HttpRoute[]
    const [, idle] = router.render(context(), toPrimary) as HttpRoute[]
    if (!generated || !idle) throw new Error('routes are missing')
    const back = router.render(context([generated, broken(idle)]), toPrimary)
    expect(names(back)).toEqual(['podinfo'])
  })
})

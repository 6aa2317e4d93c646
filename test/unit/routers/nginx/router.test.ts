import { expect, test } from 'vitest'
import type { Ingress } from '../../../../src/routers/ingress.ts'
import { nginx } from '../../../../src/routers/nginx/router.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import type { ContextOf } from '../../../conformance/routers/fixtures.ts'
import { ingressesOf, split, toPrimary } from '../ingresses.ts'

const { cluster, contextFor, rendered, spec, user, withAnnotations } = ingressesOf('nginx', nginx)
const prefix = 'nginx.ingress.kubernetes.io'

const toCanary: Routes = { primary: 0, canary: 100, mirrored: false }

const abTest = (match: NonNullable<ContextOf['analysis']>['match'] & object) => ({
  analysis: { match, iterations: 2, stepWeight: 0 },
})

function canaryAnnotations({ metadata }: Ingress) {
  const all = Object.entries(metadata.annotations ?? {})
  return Object.fromEntries(all.filter(([key]) => key.startsWith(`${prefix}/canary`)))
}

test('the canary takes the paths of the apex, and no others', () => {
  const services = (rendered().spec?.rules ?? []).flatMap(({ http }) =>
    (http?.paths ?? []).map(({ backend }) => backend?.service?.name),
  )
  expect(services).toEqual(['podinfo-canary', 'files'])
})

test('annotations of canaries and of tools are not copied', () => {
  const apex = withAnnotations({
    [`${prefix}/canary`]: 'false',
    [`${prefix}/canary-weight-total`]: '200',
    [`${prefix}/auth-url`]: 'https://auth.example.com',
    'cert-manager.io/cluster-issuer': 'acme',
    'kubectl.kubernetes.io/last-applied-configuration': '{}',
    'kubernetes.io/tls-acme': 'true',
    'meta.helm.sh/release-name': 'shop',
    'objectset.rio.cattle.io/id': 'shop',
  })
  const { annotations } = rendered({ cluster: [apex] }).metadata
  expect(annotations).toMatchObject({ [`${prefix}/auth-url`]: 'https://auth.example.com' })
  expect(
    Object.keys(annotations ?? {}).filter((key) => /acme|cert|kubectl|helm\.sh|cattle/.test(key)),
  ).toEqual([])
  expect(canaryAnnotations(rendered({ cluster: [apex] }))).toEqual({
    [`${prefix}/canary`]: 'true',
    [`${prefix}/canary-weight`]: '0',
  })
})

test('an annotation that the user changes or removes follows', () => {
  const before = rendered({ cluster: [withAnnotations({ a: '1', b: '1' })] })
  const after = rendered({ cluster: [withAnnotations({ b: '2' }), before] })
  expect(after.metadata.annotations).toMatchObject({ b: '2' })
  expect(after.metadata.annotations).not.toHaveProperty('a')
})

test('a class that the API server chose is kept', () => {
  const { ingressClassName, ...classless } = user.spec ?? {}
  const apex = { ...user, spec: classless }
  const created = rendered({ cluster: [apex] })
  const live: Ingress = { ...created, spec: { ...created.spec, ingressClassName: 'default' } }
  expect(rendered({ cluster: [apex, live] })).toEqual(live)
})

test('the prefix of the annotations is the one that the controller was told', () => {
  const settings = { ingressAnnotationsPrefix: 'custom.example.com' }
  const of = { settings }
  const ingress = rendered(of, { primary: 70, canary: 30, mirrored: false })
  expect(ingress.metadata.annotations).toMatchObject({ 'custom.example.com/canary-weight': '30' })
  const context = contextFor({ ...of, cluster: [...cluster, ingress] })
  expect(nginx.routes(context)).toEqual({ primary: 70, canary: 30, mirrored: false })
})

test('conditions of a test that is over, or was changed, do not linger', () => {
  const first = rendered(abTest([{ headers: { x: { exact: '1' } } }]), toCanary)
  const other = { ...abTest([{ headers: { x: { regex: 'a' } } }]), cluster: [...cluster, first] }
  const second = rendered(other, toCanary)
  expect(canaryAnnotations(second)).toEqual({
    [`${prefix}/canary`]: 'true',
    [`${prefix}/canary-weight`]: '0',
    [`${prefix}/canary-by-header`]: 'x',
    [`${prefix}/canary-by-header-pattern`]: 'a',
  })
  const over = rendered({ ...other, cluster: [...cluster, second] }, toPrimary)
  expect(canaryAnnotations(over)).toEqual({
    [`${prefix}/canary`]: 'true',
    [`${prefix}/canary-weight`]: '0',
  })
})

test('beside steps a header lets testers in, and the weight is what it says', () => {
  const of = { analysis: { match: [{ headers: { x: { exact: '1' } } }] } }
  const ingress = rendered(of, { primary: 95, canary: 5, mirrored: false })
  expect(canaryAnnotations(ingress)).toEqual({
    [`${prefix}/canary`]: 'true',
    [`${prefix}/canary-weight`]: '5',
    [`${prefix}/canary-by-header`]: 'x',
    [`${prefix}/canary-by-header-value`]: '1',
  })
  const context = contextFor({ ...of, cluster: [...cluster, ingress] })
  expect(nginx.routes(context)).toEqual({ primary: 95, canary: 5, mirrored: false })
})

test('a test that NGINX cannot express is not taken on, and blue/green still switches', () => {
  const of = abTest([{ queryParams: { v: { exact: '2' } } }])
  expect(nginx.abilities(contextFor(of)).match).toBe(false)
  expect(canaryAnnotations(rendered(of, toCanary))[`${prefix}/canary-weight`]).toBe('100')
})

test('weights for requests that NGINX cannot tell apart are refused, the way back is not', () => {
  const of = { analysis: { match: [{ queryParams: { v: { exact: '2' } } }] } }
  expect(() => rendered(of, { primary: 90, canary: 10, mirrored: false })).toThrow(
    /^canary podinfo\.test: spec\.analysis\.match can't be expressed with provider nginx/,
  )
  expect(() => rendered(of, toPrimary)).not.toThrow()
})

test.each(['abc', '1.5', '-1', '101', ''])('a weight of %j is refused by name', (weight) => {
  const annotations = { [`${prefix}/canary-weight`]: weight }
  const metadata = { name: 'podinfo-canary', namespace: 'test', annotations }
  const context = contextFor({ cluster: [...cluster, { ...user, metadata }] })
  expect(() => nginx.routes(context)).toThrow(
    `ingress podinfo-canary.test: failed to convert ${weight} to int`,
  )
})

test('a missing weight is none', () => {
  const metadata = { name: 'podinfo-canary', namespace: 'test' }
  const context = contextFor({ cluster: [...cluster, { ...user, metadata }] })
  expect(nginx.routes(context)).toEqual(toPrimary)
})

test.each([
  ['without a reference', { spec: { service: { port: 80 } } }, /^ingress selector is empty: set/],
  ['without the Ingress', { cluster: [] }, /^ingress podinfo\.test get query error: not found/],
  [
    'without a path to the apex',
    { spec: { ...spec, service: { port: 80, name: 'shop' } } },
    /^backend shop not found in ingress podinfo: add/,
  ],
])('%s, the message says what to do', (_, of, message) => {
  expect(() => rendered(of)).toThrow(message)
})

test('conditions left over from a test do not hide the weight of a run without one', () => {
  const annotations = { [`${prefix}/canary-by-header`]: 'x', [`${prefix}/canary-weight`]: '30' }
  const metadata = { name: 'podinfo-canary', namespace: 'test', annotations }
  const context = contextFor({ cluster: [...cluster, { ...user, metadata }] })
  expect(nginx.routes(context)).toEqual({ primary: 70, canary: 30, mirrored: false })
})

test('where everybody has to reach the canary, an A/B test singles out nobody', () => {
  const of = abTest([{ headers: { 'x-canary': { exact: 'beta' } } }])
  const ingress = rendered(of, { primary: 0, canary: 100, mirrored: false, everybody: true })
  expect(canaryAnnotations(ingress)).toEqual({
    [`${prefix}/canary`]: 'true',
    [`${prefix}/canary-weight`]: '100',
  })
})

test.each([
  ['is gone', [] as Ingress[]],
  ['leads elsewhere', [{ ...user, spec: { rules: [] } }]],
])(
  'where the Ingress of the user %s, traffic is taken back once, and nothing else done',
  (_, left) => {
    const running = rendered({}, split)
    const inRun = { cluster: [...left, running] }
    expect(() => rendered(inRun, split)).toThrow(/not found/)
    const back = rendered(inRun)
    expect(back.spec).toEqual(running.spec)
    expect(nginx.routes(contextFor({ cluster: [back] }))).toEqual(toPrimary)
    expect(() => rendered({ cluster: [...left, back] })).toThrow(/not found/)
  },
)

test('an Ingress that is the canary of another one is named, since NGINX takes one for a host', () => {
  const of = (value: string) =>
    nginx.warnings?.(contextFor({ cluster: [withAnnotations({ [`${prefix}/canary`]: value })] }))
  expect(of('false')).toEqual([])
  expect(of('true')).toEqual([
    `Ingress ${user.metadata.name} is itself the canary of another one, by its annotation ${prefix}/canary, and ` +
      'NGINX takes one canary for a host: its copy gets no requests; name the other one in ' +
      'spec.ingressRef, or remove the annotation',
  ])
})

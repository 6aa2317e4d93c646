import { expect, test } from 'vitest'
import type { Ingress } from '../../../../src/routers/ingress.ts'
import { skipper } from '../../../../src/routers/skipper/router.ts'
import { ingressesOf, split, toPrimary } from '../ingresses.ts'

const { cluster, contextFor, rendered, user, withAnnotations } = ingressesOf('skipper', skipper)

const predicateOf = ({ metadata }: Ingress) =>
  metadata.annotations?.['zalando.org/skipper-predicate']
const weightsOf = ({ metadata }: Ingress) => metadata.annotations?.['zalando.org/backend-weights']

test('the paths of the canary come last in their rule, others stay', () => {
  const services = (rendered().spec?.rules ?? []).map(({ http }) =>
    (http?.paths ?? []).map(({ backend }) => backend?.service?.name),
  )
  expect(services).toEqual([['podinfo-primary', 'files', 'podinfo-canary'], []])
})

test('a new copy takes the traffic, one that served a run is disabled after it', () => {
  const first = rendered()
  expect(predicateOf(first)).toBe('Weight(100)')
  const idle = rendered({ cluster: [...cluster, first] })
  expect(predicateOf(idle)).toBe('Weight(100)')
  const running = rendered({ cluster: [...cluster, idle] }, split)
  expect(predicateOf(running)).toBe('Weight(100)')
  const status = { phase: 'Succeeded' } as const
  const over = rendered({ cluster: [...cluster, running], status })
  expect(predicateOf(over)).toBe('False()')
  const later = { cluster: [...cluster, over], status: { phase: 'Initialized' } as const }
  expect(predicateOf(rendered(later))).toBe('False()')
  expect(predicateOf(rendered(later, split))).toBe('Weight(100)')
})

test.each(['Progressing', 'Failed', 'Succeeded'] as const)(
  'a copy that never served a canary is disabled in phase %s',
  (phase) => {
    expect(predicateOf(rendered({ cluster: [...cluster, rendered()], status: { phase } }))).toBe(
      'False()',
    )
  },
)

test('backends beside the apex keep their share of the traffic', () => {
  const weighted = withAnnotations({ 'zalando.org/backend-weights': '{"podinfo":20,"files":80}' })
  expect(weightsOf(rendered({ cluster: [weighted] }, split))).toBe(
    '{"files":400,"podinfo-canary":10,"podinfo-primary":90}',
  )
})

test('predicates and weights of the user stay in force, also when they change', () => {
  const weighted = withAnnotations({
    'zalando.org/skipper-predicate': 'Method("GET")',
    'zalando.org/backend-weights': '{"files":20,"more":80}',
  })
  const ingress = rendered({ cluster: [weighted] }, split)
  expect(predicateOf(ingress)).toBe('Weight(100) && Method("GET")')
  expect(weightsOf(ingress)).toBe('{"files":20,"more":80,"podinfo-canary":10,"podinfo-primary":90}')
  const changed = withAnnotations({ 'zalando.org/skipper-predicate': 'Method("PUT")' })
  expect(predicateOf(rendered({ cluster: [changed, ingress] }, split))).toBe(
    'Weight(100) && Method("PUT")',
  )
})

test.each([
  ['{', 'not a map of whole numbers'],
  ['[1]', 'not a map of whole numbers'],
  ['{"podinfo-canary":0.5,"podinfo-primary":99.5}', 'not a map of whole numbers'],
  ['{"podinfo-canary":1}', 'could not get weights[podinfo-primary]'],
  ['{"podinfo-primary":1}', 'could not get weights[podinfo-canary]'],
  ['{"podinfo-primary":0,"podinfo-canary":0}', 'all weights are zero'],
])('weights of %s are refused, and rendering corrects them', (text, why) => {
  const ingress = rendered()
  const annotations = { ...ingress.metadata.annotations, 'zalando.org/backend-weights': text }
  const broken = { ...ingress, metadata: { ...ingress.metadata, annotations } }
  const of = { cluster: [...cluster, broken] }
  expect(() => skipper.routes(contextFor(of))).toThrow(
    `ingress podinfo-canary.test get backendWeights error: ${why}`,
  )
  expect(weightsOf(rendered(of, split))).toBe('{"podinfo-canary":10,"podinfo-primary":90}')
})

test('restoring removes the copy, and nothing when it is gone', () => {
  const ingress = rendered()
  const { metadata, ...kind } = { ...ingress, spec: undefined }
  expect(skipper.restore(contextFor({ cluster: [...cluster, ingress] })).remove).toEqual([
    { apiVersion: kind.apiVersion, kind: kind.kind, namespace: 'test', name: metadata.name },
  ])
  expect(skipper.restore(contextFor())).toEqual({ write: [], remove: [] })
})

test.each([{}, { 'zalando.org/backend-weights': '{"files":100}' }])(
  'restoring leaves an Ingress alone that was never taken over, with %j',
  (annotations) => {
    const theirs = { ...user, metadata: { ...user.metadata, name: 'podinfo-canary', annotations } }
    const restoration = skipper.restore(contextFor({ cluster: [...cluster, theirs] }))
    expect(restoration).toEqual({ write: [], remove: [] })
  },
)

test('restoring removes a copy that another cluster could not be given an owner for', () => {
  const settings = { ownRoutes: false }
  const ingress = rendered({ settings })
  expect(ingress.metadata.ownerReferences).toBeUndefined()
  const { remove } = skipper.restore(contextFor({ settings, cluster: [...cluster, ingress] }))
  expect(remove).toHaveLength(1)
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
    expect(predicateOf(back)).toBe('False()')
    expect(skipper.routes(contextFor({ cluster: [back] }))).toEqual(toPrimary)
    expect(() => rendered({ cluster: [...left, back] })).toThrow(/not found/)
  },
)

test.each(['podinfo-canary', 'podinfo'])(
  'an Ingress that somebody applied as %s is given back only where that is its own name',
  (name) => {
    const lastApplied = JSON.stringify({ metadata: { name }, spec: { rules: [] } })
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': lastApplied }
    const metadata = { name: 'podinfo-canary', namespace: 'test', annotations }
    const theirs: Ingress = { ...user, metadata, spec: { rules: [] } }
    const taken = rendered({ cluster: [...cluster, theirs] })
    const { write, remove } = skipper.restore(contextFor({ cluster: [...cluster, taken] }))
    const isTheirs = name === 'podinfo-canary'
    expect(write).toEqual(isTheirs ? [theirs] : [])
    expect(remove).toHaveLength(isTheirs ? 0 : 1)
  },
)

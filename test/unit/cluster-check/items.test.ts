import { expect, test } from 'vitest'
import type { CanaryResource } from '../../../src/canary/api.gen.ts'
import { type ClusterFacts, checkItems } from '../../../src/cluster-check/items.ts'
import { migrationItems } from '../../../src/cluster-check/migrate.ts'
import type { KubeObject } from '../../../src/objects.ts'
import { canaryObject } from '../../support/canary-object.ts'

const canary = (name: string, of: Parameters<typeof canaryObject>[0] = {}) =>
  canaryObject({ name, ...of }) as CanaryResource
const own = canary('a', { status: { phase: 'Succeeded', controller: 'canary-controller/v0.4.0' } })
const flagger = canary('b', { status: { phase: 'Succeeded', controller: 'flagger/1.44.0' } })
const life = { alive: true, lease: 'flagger-system/x', renewedAt: null, why: null }
const well: ClusterFacts = {
  client: 'v0.4.0',
  server: 'v1.34.1',
  served: { canaries: ['v1beta1'], metrictemplates: ['v1beta1'], alertproviders: ['v1beta1'] },
  hasOurFields: true,
  canaries: [own],
  lives: [life],
  metricServers: [],
  unread: [],
  rights: [{ what: 'get canaries', allowed: true, needed: true }],
  shadows: [],
}
const bad = (of: Partial<ClusterFacts>) =>
  checkItems({ ...well, ...of }).flatMap(({ level, message }) =>
    level === 'ok' ? [] : [`${level}: ${message}`],
  )

test('a cluster that is well has no complaint', () => {
  expect(bad({})).toEqual([])
  expect(checkItems(well).map(({ message }) => message)).toEqual([
    'kubectl-canary v0.4.0, Kubernetes v1.34.1',
    'CRD canaries.flagger.app v1beta1',
    'CRD metrictemplates.flagger.app v1beta1',
    'CRD alertproviders.flagger.app v1beta1',
    'the controller lives: it holds the lease flagger-system/x',
    '1 canary handled by canary-controller v0.4.0',
    'you may: get canaries',
    'no executable shadows commands of the plugin',
  ])
})

test.each<[string, Partial<ClusterFacts>, string]>([
  [
    'a missing CRD',
    { served: { ...well.served, canaries: ['v1alpha3'] } },
    'error: CRD canaries.flagger.app has no v1beta1; served: v1alpha3',
  ],
  ["Flagger's CRDs", { hasOurFields: false }, "warning: the CRDs are Flagger's"],
  [
    'a dead controller',
    { lives: [{ ...life, alive: false, why: 'nobody holds the lease x' }] },
    'error: no controller lives: nobody holds the lease x',
  ],
  ['no lease', { lives: [] }, "warning: whether a controller lives can't be told"],
  [
    'Flagger',
    { canaries: [own, flagger] },
    'warning: 1 canary handled by Flagger, where requests have no effect: test/b',
  ],
  [
    'nobody',
    { canaries: [canary('c')] },
    'warning: 1 canary that no controller has looked at: test/c',
  ],
  [
    'needed rights',
    { rights: [{ what: 'list canaries', allowed: false, needed: true }] },
    'error: you may not: list canaries',
  ],
  [
    'other rights',
    { rights: [{ what: 'list pods', allowed: false, needed: false }] },
    'warning: you may not: list pods',
  ],
  ['hidden canaries', { canaries: undefined }, 'warning: canaries may not be listed'],
  [
    'a shadow',
    { shadows: ['/bin/kubectl-canary-status'] },
    'warning: kubectl runs /bin/kubectl-canary-status in place',
  ],
])('%s is told', (_, facts, text) => {
  expect(bad(facts)).toEqual([expect.stringContaining(text)])
})

const named = (kind: string, spec: object): KubeObject =>
  ({
    apiVersion: 'flagger.app/v1beta1',
    kind,
    metadata: { name: 'x', namespace: 'test' },
    spec,
  }) as KubeObject

test('what would not be cared for after a move is listed with its reason', () => {
  const odd = canary('odd', { spec: { provider: 'nosuchmesh' } })
  const items = migrationItems({
    canaries: [own, canary('endless', { analysis: { stepWeight: 0 } }), odd],
    templates: [named('MetricTemplate', { provider: { type: 'oracle' } })],
    receivers: [named('AlertProvider', { type: 'pigeon' })],
    meshProvider: '',
  })
  expect(
    items.map(({ level, message }) => `${level}: ${message.replace(/: there are .*/, '')}`),
  ).toEqual([
    'error: canary test/endless: spec.analysis would never end; set stepWeight, stepWeights or iterations to more than 0',
    expect.stringMatching(/^error: canary test\/odd: .*nosuchmesh/),
    'error: metric template test/x: metrics of type "oracle" can\'t be asked',
    'error: alert provider test/x: alerts of type "pigeon" reach nobody',
  ])
})

test('where all would be cared for, that is said', () => {
  const of = { canaries: [own], templates: [], receivers: [], meshProvider: 'istio' }
  expect(migrationItems(of)).toMatchObject([{ level: 'ok' }])
})

test.each([
  ['shop', ' in namespace shop; -A looks in all of them'],
  [undefined, ''],
])('nothing to move in %s is no praise', (namespace, where) => {
  const of = { canaries: [], templates: [], receivers: [], meshProvider: '', namespace }
  const message = `there is no Canary, MetricTemplate or AlertProvider to move${where}`
  expect(migrationItems(of)).toMatchObject([{ level: 'warning', message }])
})

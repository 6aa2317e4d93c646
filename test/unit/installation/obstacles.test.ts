import { expect, test } from 'vitest'
import type { ControllerDeployment, Wishes } from '../../../src/installation/objects.ts'
import { conflict, differs, immovable } from '../../../src/installation/obstacles.ts'

const deployment = (
  metadata: { name?: string; namespace: string; labels?: Record<string, string> },
  ...args: string[]
): ControllerDeployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'flagger', ...metadata },
  spec: {
    selector: { matchLabels: { app: 'flagger' } },
    template: { spec: { containers: [{ name: 'flagger', args }] } },
  },
})
const wishes: Wishes = { namespace: 'flagger-system', onlyNamespace: false, version: '1' }
const here = deployment({ namespace: 'flagger-system' })
const elsewhere = deployment({ namespace: 'istio-system' })
const helm = { 'app.kubernetes.io/managed-by': 'Helm' }

test('the controller whose place is taken is no obstacle', () => {
  expect(conflict([here], wishes)).toBeUndefined()
})

test('a controller elsewhere is named, with the way to take its place', () => {
  expect(conflict([here, elsewhere], wishes)).toBe(
    "deployment flagger in namespace istio-system is a controller of all namespaces already, and two undo each other's work; to take its place: kubectl canary install -n istio-system",
  )
})

test('a release of Helm is left to Helm', () => {
  expect(conflict([deployment({ namespace: 'istio-system', labels: helm })], wishes)).toMatch(
    /it is a release of Helm: switch that to the chart in deploy\/chart, or uninstall it first$/,
  )
})

test.each([
  ['of another namespace beside one of one namespace', 'shop', '-namespace=web', true],
  ['of the same namespace', 'shop', '-namespace=shop', false],
  [
    'of its own namespace, as deploy/namespaced has it',
    'shop',
    '-namespace=$(POD_NAMESPACE)',
    true,
  ],
])('a controller %s', (_, namespace, arg, isApart) => {
  const other = deployment({ namespace: 'web' }, arg)
  const found = conflict([other], { ...wishes, namespace, onlyNamespace: true })

  expect(found === undefined).toBe(isApart)
})

test('a controller of one namespace is in the way of one of all', () => {
  expect(conflict([deployment({ namespace: 'web' }, '-namespace=web')], wishes)).toMatch(
    /is a controller of namespace web already/,
  )
})

test('pods that are selected by other labels cannot be taken over', () => {
  const other = deployment({ namespace: 'flagger-system', labels: helm })
  other.spec.selector = { matchLabels: { 'app.kubernetes.io/name': 'flagger' } }

  expect(immovable(here, here)).toBeUndefined()
  expect(immovable(other, here)).toMatch(
    /^deployment flagger in namespace flagger-system selects its pods by other labels.*release of Helm/,
  )
})

test('only what somebody would notice is a difference', () => {
  const before = { ...here, metadata: { ...here.metadata, resourceVersion: '1', generation: 1 } }
  const same = { ...here, metadata: { ...here.metadata, resourceVersion: '2', generation: 2 } }
  const labelled = { ...here, metadata: { ...here.metadata, labels: { a: 'b' } } }

  expect(differs(before, same)).toBe(false)
  expect(differs(before, labelled)).toBe(true)
})

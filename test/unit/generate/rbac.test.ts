import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  controllerRules,
  electionRules,
  type PolicyRule,
  rbac,
  viewRules,
} from '../../../scripts/generate/deploy/rbac.ts'
import type { ResourceKind } from '../../../src/resource-kind.ts'
import { providers } from '../../../src/routers/registry.gen.ts'
import { scalerKinds } from '../../../src/scalers/registry.gen.ts'
import { workloadKinds } from '../../../src/workloads/registry.gen.ts'

const root = join(import.meta.dirname, '../../..')

function verbsOn(group: string, resource: string): string[] {
  const rules = controllerRules().filter(
    ({ apiGroups, resources }) => apiGroups.includes(group) && resources.includes(resource),
  )
  return rules.flatMap(({ verbs }) => verbs)
}

test('the roles in deploy/ are those of the registries', async () => {
  for (const { path, text } of await rbac(root))
    expect(await readFile(join(root, path), 'utf8')).toBe(text)
})

interface Registered {
  kinds: readonly ResourceKind[]
  found?: readonly ResourceKind[]
  onlyRead?: readonly ResourceKind[]
}

const registered: readonly Registered[] = [...providers, ...workloadKinds, ...scalerKinds]
const rights = registered.flatMap(({ kinds, found = [], onlyRead = [] }) =>
  kinds.map((kind) => {
    const made = found.includes(kind) ? ['update'] : ['create', 'update']
    return { ...kind, written: onlyRead.includes(kind) ? [] : made }
  }),
)

test.each(rights)('$kind can be read, and written as far as it is', (of) => {
  const { apiVersion, plural, written } = of
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
  expect(verbsOn(group, plural)).toEqual(
    expect.arrayContaining(['get', 'list', 'watch', ...written]),
  )
})

test('no Knative Service or revision is made, or taken away', () => {
  const group = 'serving.knative.dev'
  expect(verbsOn(group, 'services')).toEqual(['get', 'list', 'watch', 'update'])
  expect(verbsOn(group, 'revisions')).toEqual(['get', 'list', 'watch'])
})

test('what users own is never deleted, and nothing is granted by a wildcard', () => {
  for (const resource of ['services', 'configmaps', 'secrets'])
    expect(verbsOn('', resource)).not.toContain('delete')
  expect(verbsOn('apps', 'deployments')).not.toContain('delete')
  expect(verbsOn('flagger.app', 'canaries')).toEqual(['get', 'list', 'watch', 'patch'])
  // What can be listed there are values of metrics, under names that only their adapter knows.
  const isOfMetrics = ({ apiGroups }: PolicyRule) => apiGroups.join() === 'external.metrics.k8s.io'
  const others = [...controllerRules(), ...electionRules()].filter((rule) => !isOfMetrics(rule))
  expect(JSON.stringify(others)).not.toContain('*')
  expect(controllerRules().filter(isOfMetrics)).toEqual([
    { apiGroups: ['external.metrics.k8s.io'], resources: ['*'], verbs: ['list'] },
  ])
})

test('each right is granted once', () => {
  const rights = controllerRules().flatMap(({ apiGroups, resources, verbs }) =>
    resources.flatMap((resource) => verbs.map((verb) => `${apiGroups[0]} ${resource} ${verb}`)),
  )

  expect(new Set(rights).size).toBe(rights.length)
})

test('people who look at canaries see no addresses, and no content of configuration', () => {
  const seen = viewRules().flatMap(({ resources }) => resources)

  expect(seen).toContain('canaries')
  for (const resource of ['alertproviders', 'metrictemplates', 'secrets', 'configmaps'])
    expect(seen).not.toContain(resource)
})

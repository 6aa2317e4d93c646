/**
 * The controller's rights in parts that an installation puts together: what all providers share
 * (`deploy/rights`), and what each needs besides (`deploy/rights/NAME`). They change the role of
 * `deploy/cluster` as well as that of `deploy/namespaced`.
 */
import { providers } from '../../../src/routers/registry.gen.ts'
import type { GeneratedFile, Generator } from '../generator.ts'
import { installedAs } from './overlays.ts'
import { commonRules, providerRules, versionRule, yaml } from './rbac.ts'

const head = '# Generated from the registries in src/ by `npm run generate`; not to be edited.\n'
const either = '(Cluster)?Role'

interface Operation {
  op: 'add' | 'replace'
  path: string
  value: unknown
}

/** A part of a kustomization; `kind` is matched as a whole, as a regular expression. */
function component(path: string, patches: Record<string, readonly Operation[]>): GeneratedFile {
  const text = yaml({
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    patches: Object.entries(patches).map(([kind, operations]) => ({
      target: { kind, name: 'flagger' },
      patch: yaml(operations),
    })),
  })
  return { path: `${path}/kustomization.yaml`, text: head + text }
}

const added = (value: unknown): Operation => ({ op: 'add', path: '/rules/-', value })

export const rights: Generator = async () => [
  component('deploy/rights', {
    [either]: [{ op: 'replace', path: '/rules', value: commonRules() }],
    // Paths that are no resources are of no namespace.
    ClusterRole: [added(versionRule)],
  }),
  ...providers
    .map((one) => ({ name: installedAs(one), rules: providerRules(one) }))
    .filter(({ rules }) => rules.length > 0)
    .map(({ name, rules }) => component(`deploy/rights/${name}`, { [either]: rules.map(added) })),
]

import { providers } from '../../src/routers/registry.gen.ts'
import { workloadKinds } from '../../src/workloads/registry.gen.ts'
import type { Generator } from './generator.ts'

const head = `// Generated from the folders in src/routers and src/workloads by \`npm run generate\`; not to be edited.
import type { CanarySpec } from './api.gen.ts'
`

/** What a Canary alone has to know of providers and targets; data: no folder is loaded for it. */
export const providerFacts: Generator = async () => {
  const still = providers
    .filter(({ movesNoTraffic }) => movesNoTraffic)
    .flatMap(({ names }) => names)
  const told = providers.flatMap(({ toldBy, names: [name] }) =>
    toldBy ? [`  { field: '${toldBy}', provider: '${name}' },\n`] : [],
  )
  const assumed = providers.flatMap(({ isAssumed, names: [name] }) => (isAssumed ? [name] : []))
  const leading = workloadKinds.filter(({ leadsToPods }) => leadsToPods).map(({ kind }) => kind)
  const text = [
    head,
    '\n/** The provider of a canary that nobody told one. */\n',
    `export const defaultProvider = '${assumed.join()}'\n`,
    '\n/** Providers that move no traffic. */\n',
    `export const withoutTraffic: readonly string[] = [${quoted(still)}]\n`,
    '\n/** Fields by which a Canary is taken for one of a provider where nobody names it. */\n',
    'export const toldBy: readonly { field: keyof CanarySpec; provider: string }[] = [\n',
    ...told,
    ']\n',
    '\n/** Kinds of targets that others run the pods of: users call the target itself. */\n',
    `export const leadingKinds: readonly string[] = [${quoted([...new Set(leading)])}]\n`,
  ]
  return [{ path: 'src/canary/providers.gen.ts', text: text.join('') }]
}

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ')

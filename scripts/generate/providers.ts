import { providers } from '../../src/routers/registry.gen.ts'
import type { Generator } from './generator.ts'

const head = `// Generated from the folders in src/routers by \`npm run generate\`; not to be edited.
import type { CanarySpec } from './api.gen.ts'
`

/** What a Canary alone has to know of providers; data, so that no router is loaded for it. */
export const providerFacts: Generator = async () => {
  const still = providers
    .filter(({ movesNoTraffic }) => movesNoTraffic)
    .flatMap(({ names }) => names)
  const told = providers.flatMap(({ toldBy, names: [name] }) =>
    toldBy ? [`  { field: '${toldBy}', provider: '${name}' },\n`] : [],
  )
  const text = [
    head,
    '\n/** Providers that move no traffic. */\n',
    `export const withoutTraffic: readonly string[] = [${still.map((name) => `'${name}'`).join(', ')}]\n`,
    '\n/** Fields by which a Canary is taken for one of a provider where nobody names it. */\n',
    'export const toldBy: readonly { field: keyof CanarySpec; provider: string }[] = [\n',
    ...told,
    ']\n',
  ]
  return [{ path: 'src/canary/providers.gen.ts', text: text.join('') }]
}

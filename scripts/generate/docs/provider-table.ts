import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseCanary } from '../../../src/canary/canary.ts'
import { shownNames } from '../../../src/routers/provider.ts'
import { providers } from '../../../src/routers/registry.gen.ts'
import { type Abilities, usualSettings } from '../../../src/routers/router.ts'
import type { Generator } from '../generator.ts'
import { markdownTable, withMarked } from './marked.ts'

const target = 'docs/providers.md'
const folder = 'docs/providers'

/** What each provider can do, as its router says, and where its page is: a test asks for one of each. */
export const providerTable: Generator = async (root) => {
  const pages = await pagesIn(join(root, folder))
  const rows = providers.flatMap((provider) => {
    const [name] = provider.names
    const canary = sample(name)
    const able = cells(provider.router.abilities({ canary, settings: usualSettings }))
    return shownNames(provider).map((shown) => {
      const page = pages.get(shown)
      const link = page === undefined ? '–' : `[${page.replace('.md', '')}](providers/${page})`
      return [`\`${shown}\``, ...able, link]
    })
  })
  const head = ['Provider', 'Weights', 'A/B by a header', 'Mirror', 'Session affinity', 'Page']
  const text = await readFile(join(root, target), 'utf8')
  return [{ path: target, text: withMarked(text, 'abilities', markdownTable([head, ...rows])) }]
}

/** A page says in a line which providers it is about: `Provider` or `Providers`, and their names. */
async function pagesIn(path: string): Promise<Map<string, string>> {
  const files = (await readdir(path)).filter((file) => file.endsWith('.md')).sort()
  const pages = new Map<string, string>()
  for (const file of files) {
    const text = await readFile(join(path, file), 'utf8')
    const [line = ''] = /^Providers? `.*$/m.exec(text) ?? []
    const [names = ''] = line.split('. ')
    for (const [, name = ''] of names.matchAll(/`([^`]+)`/g)) pages.set(name, file)
  }
  return pages
}

function sample(provider: string) {
  const stored = {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'sample', namespace: 'test' },
    spec: {
      provider,
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'sample' },
      service: { port: 80 },
      analysis: {
        interval: '1m',
        iterations: 1,
        match: [{ headers: { 'x-canary': { exact: 'always' } } }],
      },
    },
  }
  return parseCanary(stored, { meshProvider: provider, metricsServer: '' }).canary
}

const cells = ({ weights, match, mirror, mirrorWeight, sessionAffinity }: Abilities): string[] => [
  weights ? 'yes' : '–',
  match ? 'yes' : '–',
  mirror ? `yes${mirrorWeight ? ', by share' : ''}` : '–',
  sessionAffinity ? 'yes' : '–',
]

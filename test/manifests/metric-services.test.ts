/** The manifests on the pages of metric services are accepted, and can be asked. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { obstacleTo } from '../../src/metrics/asking.ts'
import { metricChecks } from '../../src/metrics/checks.ts'
import { metricProviders } from '../../src/metrics/index.ts'
import type { KubeObject } from '../../src/objects.ts'
import { findIn } from '../support/find.ts'
import { parsedCanary } from '../support/parsed-canary.ts'
import { refusals } from './custom-resources.ts'

type Manifest = KubeObject & {
  stringData?: Record<string, string>
  data?: Record<string, string>
  spec?: { provider?: { type?: string } }
}

const folder = join(import.meta.dirname, '../../docs/metrics-providers')

/** As the API server stores it. */
function stored({ stringData = {}, ...object }: Manifest): Manifest {
  const data = Object.entries(stringData).map(([key, value]) => [key, btoa(filledIn(value))])
  return object.kind === 'Secret' ? { ...object, data: Object.fromEntries(data) } : object
}

/** What stands for the rest of a value on a page. */
const filledIn = (text: string) => text.replaceAll('…', 'x')

const pages = globSync('*.md', { cwd: folder }).map((page): [string, Manifest[]] => {
  const blocks = readFileSync(join(folder, page), 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)
  const manifests = [...blocks].flatMap(([, text = '']) =>
    parseAllDocuments(text).map((document) => document.toJS() as Manifest),
  )
  return [page, manifests.map(stored)]
})

test('every service has a page with a manifest of it', () => {
  const shown = pages.flatMap(([, manifests]) =>
    manifests.flatMap(({ spec }) => spec?.provider?.type ?? []),
  )
  expect([...new Set(shown)].toSorted()).toEqual(Object.keys(metricProviders).toSorted())
})

test.each(pages)(
  'the manifests of %s are accepted, and their servers can be asked',
  (_, manifests) => {
    const templates = manifests.filter(({ kind }) => kind === 'MetricTemplate')
    expect(templates).not.toEqual([])
    for (const template of templates) {
      expect(refusals(template)).toEqual([])
      const { name, namespace = '' } = template.metadata
      const metric = { name, templateRef: { name, namespace }, thresholdRange: { max: 1 } }
      const canary = parsedCanary({ metrics: [metric] })
      const deps = { find: findIn(manifests), meshProvider: 'istio', now: new Date(0) }
      expect(metricChecks(canary, deps).map(obstacleTo)).toEqual([undefined])
    }
  },
)

/** The manifests on the pages of metric services are accepted, and a check by each has its value. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { ask } from '../../src/metrics/asking.ts'
import { metricChecks } from '../../src/metrics/checks.ts'
import { metricProviders } from '../../src/metrics/index.ts'
import { judge } from '../../src/metrics/judge.ts'
import type { KubeObject } from '../../src/objects.ts'
import { answering } from '../support/conversations.ts'
import { findIn } from '../support/find.ts'
import { parsedCanary } from '../support/parsed-canary.ts'
import { answered, askedAt } from '../unit/metrics/builders.ts'
import { services } from '../unit/metrics/services.ts'
import { refusals } from './custom-resources.ts'

type Manifest = KubeObject & {
  stringData?: Record<string, string>
  data?: Record<string, string>
  spec?: { query?: string; provider?: Provider }
}

interface Provider {
  type?: string
  apiVersion?: string
  language?: string
  valuePath?: string
}

/** What the service of a template answers, where the value is a half. */
function answerTo({ query = '', provider = {} }: NonNullable<Manifest['spec']>): unknown {
  const { type, apiVersion, language, valuePath } = provider
  if (valuePath)
    return valuePath.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), 0.5)
  if (query.startsWith('analysis/'))
    return { metadata: { name: 'slo-1' }, status: { state: 'Completed', pass: false } }
  const spoken = language === 'promql' ? 'prometheus' : type
  const isIt = ({ settings = {}, ...of }: (typeof services)[number]) =>
    of.type === spoken && (settings as Provider).apiVersion === apiVersion
  return services.find(isIt)?.value(0.5)
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
  'the manifests of %s are accepted, and their values judged',
  async (_, manifests) => {
    const templates = manifests.filter(({ kind }) => kind === 'MetricTemplate')
    expect(templates).not.toEqual([])
    for (const template of templates) {
      expect(refusals(template)).toEqual([])
      const { name, namespace = '' } = template.metadata
      const metric = { name, templateRef: { name, namespace }, thresholdRange: { max: 1 } }
      const canary = parsedCanary({ metrics: [metric] })
      const deps = { find: findIn(manifests), meshProvider: 'istio', now: askedAt }
      const [check] = metricChecks(canary, deps)
      if (!check || !template.spec) throw new Error(`${name} has no check`)
      const outcome = await ask(check, answering(answered(answerTo(template.spec)).http))
      const { ok, result } = judge(check, outcome)
      const value = template.spec.query?.startsWith('analysis/') ? 0 : 0.5
      expect({ ok, result }).toMatchObject({ ok: true, result: { name, value } })
    }
  },
)

/** What the routers' suites have in common: contexts, clusters in memory, one fixture a router. */

import { readdirSync, readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import type { CanarySpec, CanaryStatus } from '../../../src/canary/api.gen.ts'
import { parseCanary } from '../../../src/canary/canary.ts'
import type { Restoration } from '../../../src/objects.ts'
import { type KubeObject, refKey, refOf } from '../../../src/objects.ts'
import type { Specified } from '../../../src/routers/metadata.ts'
import type { RouterContext, RouterSettings } from '../../../src/routers/router.ts'
import { plainFacts } from '../../../src/workloads/plain-facts.ts'
import type { WorkloadFacts } from '../../../src/workloads/workload.ts'
import { findIn } from '../../support/find.ts'
import { namedProviders } from '../../support/providers.ts'

/** What the shared suite needs to know of a router beside its code. */
export interface Fixture {
  spec: Omit<CanarySpec, 'targetRef' | 'analysis'>
  /** Objects of the user that the router builds on. */
  cluster: KubeObject[]
  /** Objects of the user in the place of those that the router generates. */
  inTheWay: KubeObject[]
  /** Fields of the generated objects' specs that are not the router's; they must survive. */
  foreignSpec: Record<string, Record<string, unknown>>
  /** Conditions that the router can express. */
  match: NonNullable<CanarySpec['analysis']['match']>
  /** What it releases, where that can be no Deployment; its own embedded suite tries it. */
  ownTarget?: CanarySpec['targetRef']
  /** Tests that can't hold for this router, and why. */
  exceptions: { reason: string; tests: string[] }[]
}

export interface ContextOf {
  spec?: Omit<CanarySpec, 'targetRef' | 'analysis'>
  analysis?: Partial<CanarySpec['analysis']>
  status?: CanaryStatus
  provider?: string
  targetKind?: 'Deployment' | 'Service'
  facts?: Partial<WorkloadFacts>
  settings?: Partial<RouterSettings>
  cluster?: KubeObject[]
}

/** A context for canary `podinfo` in namespace `test`, port 80. */
export function contextOf({ provider, spec, analysis, status, ...of }: ContextOf = {}) {
  const kind = of.targetKind ?? 'Deployment'
  const stored = {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'podinfo', namespace: 'test', uid: 'uid-of-the-canary' },
    spec: {
      provider,
      service: { port: 80 },
      ...spec,
      targetRef: { apiVersion: 'apps/v1', kind, name: 'podinfo' },
      analysis: { interval: '1m', threshold: 1, stepWeight: 10, ...analysis },
    },
    status: status ?? {},
  }
  return contextFor(stored, of)
}

/** A context for a stored Canary. */
export function contextFor(
  stored: KubeObject & { spec?: unknown; status?: unknown },
  { facts, settings, cluster = [] }: Pick<ContextOf, 'facts' | 'settings' | 'cluster'>,
): RouterContext {
  const { canary, problems } = parseCanary(stored, { meshProvider: 'istio', metricsServer: '' })
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return {
    canary,
    facts: { ...plainFacts('podinfo'), ...facts },
    settings: {
      ingressAnnotationsPrefix: 'nginx.ingress.kubernetes.io',
      ingressClass: '',
      ownRoutes: true,
      ...settings,
    },
    find: findIn(cluster),
  }
}

/** The objects after a restoration was performed. */
export function restored(objects: readonly KubeObject[], { write, remove }: Restoration) {
  const stored = new Map([...objects, ...write].map((object) => [refKey(refOf(object)), object]))
  for (const ref of remove) stored.delete(refKey(ref))
  return [...stored.values()]
}

/** The objects of a YAML file of this directory. */
export function readObjects(path: string): Specified[] {
  const text = readFileSync(new URL(path, import.meta.url), 'utf8')
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Specified | null)
    .filter((object) => object !== null)
}

/** One fixture for each name of a provider: `NAME.fixture.ts`, `:` written as `-`. */
export const fixtures: Readonly<Record<string, Fixture>> = await loadFixtures()

async function loadFixtures(): Promise<Record<string, Fixture>> {
  const folder = new URL('fixtures/', import.meta.url)
  const files = readdirSync(folder).filter((file) => file.endsWith('.fixture.ts'))
  const byFile = new Map<string, Fixture>()
  for (const file of files) {
    const { fixture } = (await import(new URL(file, folder).href)) as { fixture: Fixture }
    byFile.set(file.replace('.fixture.ts', ''), fixture)
  }
  const known = namedProviders.flatMap(([name]): [string, Fixture][] => {
    const fixture = byFile.get(name.replaceAll(':', '-'))
    return fixture ? [[name, fixture]] : []
  })
  return Object.fromEntries(known)
}

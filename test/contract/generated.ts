/** Requests as chance has them: what nobody thought of when writing sequences. */
import fc from 'fast-check'
import type { Request } from './client.ts'
import type { Past, Step } from './sequence.ts'

const kinds = {
  configmaps: { root: '/api/v1', apiVersion: 'v1', kind: 'ConfigMap' },
  canaries: {
    root: '/apis/flagger.app/v1beta1',
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
  },
} as const

type Plural = keyof typeof kinds
type Version = 'none' | 'current' | 'first'

type Operation =
  | { do: 'create'; value: number; finalizer: boolean }
  | { do: 'replace'; value: number; version: Version }
  | { do: 'merge'; value: number | null }
  | { do: 'json'; value: number; test: number }
  | { do: 'status'; value: number; version: Version }
  | { do: 'label'; value: 'a' | 'b' | null }
  | { do: 'finalize'; on: boolean }
  | { do: 'delete'; version: Version }
  | { do: 'get' }
  | { do: 'list'; selector: string }

export interface Act {
  plural: Plural
  name: 'one' | 'two'
  operation: Operation
}

const value = fc.integer({ min: 1, max: 3 })
const version = fc.constantFrom<Version>('none', 'current', 'current', 'first')
const selectors = ['', 'tier=a', 'tier!=a', 'tier', '!tier', 'tier in (a,b)', 'tier notin (b)']

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ do: fc.constant('create' as const), value, finalizer: fc.boolean() }),
  fc.record({ do: fc.constant('replace' as const), value, version }),
  fc.record({ do: fc.constant('merge' as const), value: fc.option(value) }),
  fc.record({ do: fc.constant('json' as const), value, test: value }),
  fc.record({ do: fc.constant('status' as const), value, version }),
  fc.record({ do: fc.constant('label' as const), value: fc.constantFrom('a', 'b', null) }),
  fc.record({ do: fc.constant('finalize' as const), on: fc.boolean() }),
  fc.record({ do: fc.constant('delete' as const), version }),
  fc.record({ do: fc.constant('get' as const) }),
  fc.record({ do: fc.constant('list' as const), selector: fc.constantFrom(...selectors) }),
)

/** A history of one or two objects of each kind, which begins with their creation. */
export const history: fc.Arbitrary<Act[]> = fc
  .array(
    fc.record({
      plural: fc.constantFrom<Plural>('configmaps', 'canaries'),
      name: fc.constantFrom('one', 'two'),
      operation,
    }),
    { minLength: 4, maxLength: 14 },
  )
  .map((acts) => [
    ...(['configmaps', 'canaries'] as const).map((plural) => ({
      plural,
      name: 'one' as const,
      operation: { do: 'create', value: 1, finalizer: false } as const,
    })),
    ...acts,
  ])

/** The steps of a history; `run` keeps the objects of one run from those of others. */
export function stepsOf(acts: readonly Act[], run: number): Step[] {
  return acts.map((act) => ({ request: (past) => requestOf(act, run, past) }))
}

function requestOf({ plural, name, operation }: Act, run: number, past: Past): Request {
  const collection = `${kinds[plural].root}/namespaces/${past.namespace}/${plural}`
  const full = `${name}-${run}`
  const path = `${collection}/${full}`
  const labels = { run: String(run) }
  const of = (content: object, metadata: object = {}) => ({
    apiVersion: kinds[plural].apiVersion,
    kind: kinds[plural].kind,
    metadata: { name: full, labels, ...metadata },
    ...content,
  })
  const patch = (body: unknown, type = 'merge', suffix = ''): Request => ({
    method: 'PATCH',
    path: path + suffix,
    contentType: `application/${type}-patch+json`,
    body,
  })
  switch (operation.do) {
    case 'create': {
      const finalizers = operation.finalizer ? { finalizers: ['example.com/hold'] } : {}
      const body = of(contentOf(plural, operation.value), finalizers)
      return { method: 'POST', path: collection, body }
    }
    case 'replace': {
      const metadata = versionOf(operation.version, full, past)
      return { method: 'PUT', path, body: of(contentOf(plural, operation.value), metadata) }
    }
    case 'status': {
      const status = { phase: phases[operation.value], failedChecks: operation.value }
      const metadata = versionOf(operation.version, full, past)
      const body = of({ ...contentOf(plural, 1), status }, metadata)
      return { method: 'PUT', path: `${path}/status`, body }
    }
    case 'merge':
      return patch(
        plural === 'configmaps'
          ? { data: { a: operation.value === null ? null : String(operation.value) } }
          : { spec: { progressDeadlineSeconds: operation.value } },
      )
    case 'json': {
      const at = plural === 'configmaps' ? '/data/b' : '/spec/analysis/threshold'
      const as = (of: number) => (plural === 'configmaps' ? String(of) : of)
      return patch(
        [
          { op: 'test', path: at, value: as(operation.test) },
          { op: 'replace', path: at, value: as(operation.value) },
        ],
        'json',
      )
    }
    case 'label':
      return patch({ metadata: { labels: { tier: operation.value } } })
    case 'finalize':
      return patch({ metadata: { finalizers: operation.on ? ['example.com/hold'] : null } })
    case 'delete': {
      const { resourceVersion } = versionOf(operation.version, full, past)
      const body = resourceVersion ? { body: { preconditions: { resourceVersion } } } : {}
      return { method: 'DELETE', path, ...body }
    }
    case 'get':
      return { method: 'GET', path }
    default: {
      const selector = [`run=${run}`, operation.selector].filter((part) => part !== '').join(',')
      return { method: 'GET', path: `${collection}?labelSelector=${encodeURIComponent(selector)}` }
    }
  }
}

const phases: Record<number, string> = { 1: 'Initialized', 2: 'Progressing', 3: 'Nonsense' }

function contentOf(plural: Plural, value: number): object {
  if (plural === 'configmaps') return { data: { a: String(value), b: '1' } }
  return {
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      service: { port: 80 },
      analysis: { interval: '1m', threshold: value, iterations: 5 },
    },
  }
}

/** The version that an object had last, or first, among the answers so far. */
function versionOf(wanted: Version, name: string, { answers }: Past): { resourceVersion?: string } {
  const versions = answers.flatMap(({ status, body }) => {
    const { metadata } = body as { metadata?: { name?: string; resourceVersion?: string } }
    const isIt = status < 300 && metadata?.name === name && metadata.resourceVersion
    return isIt ? [metadata.resourceVersion] : []
  })
  const found = wanted === 'current' ? versions.at(-1) : versions[0]
  return wanted === 'none' || found === undefined ? {} : { resourceVersion: found }
}

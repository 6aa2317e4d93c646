/** `CanaryCheck`: whether the cluster can do what this is for, and who works there. Pure. */
import type { CanaryResource } from '../canary/api.gen.ts'
import { controllerOf } from '../canary/names/controller-identity.ts'
import { handledCanary } from '../report/as-handled.ts'
import type { Life } from '../report/life.ts'
import { type Unread, unreadText } from '../report/unread.ts'
import type { CheckedItem } from './item.ts'
import { type AskedServer, metricServerItems } from './metric-servers.ts'

export interface CanaryCheck {
  apiVersion: 'cli.canary/v1'
  kind: 'CanaryCheck'
  items: CheckedItem[]
}

export interface ClusterFacts {
  client: string
  /** Null where it does not say. */
  server: string | null
  /** Served resources of `flagger.app` with their versions. */
  served: Readonly<Record<string, readonly string[]>>
  /** Whether the definitions have the fields of this project; null where nothing tells. */
  hasOurFields: boolean | null
  /** Undefined where they may not be listed. */
  canaries: readonly CanaryResource[] | undefined
  /** What the leases tell that canaries name. */
  lives: readonly Life[]
  /** `get canaries`, and whether the user may. */
  rights: readonly { what: string; allowed: boolean; needed: boolean }[]
  metricServers: readonly AskedServer[]
  /** What of metric servers could not be read. */
  unread: readonly Unread[]
  /** Executables that kubectl runs in place of a command of the plugin. */
  shadows: readonly string[]
}

/** What is wrong with an installation, and what is well, in the order in which it is shown. */
export function checkItems(facts: ClusterFacts): CheckedItem[] {
  return [
    versions(facts),
    ...definitions(facts),
    ...controllers(facts),
    ...canariesOf(facts),
    ...metricServerItems(facts.metricServers),
    ...facts.unread.map((one) => odd('metric-servers', unreadText(one))),
    rights(facts),
    ...shadows(facts),
  ]
}

/** The items as documents have them. */
export function checkDocument(items: CheckedItem[]): CanaryCheck {
  return { apiVersion: 'cli.canary/v1', kind: 'CanaryCheck', items }
}

const good = (id: string, message: string): CheckedItem => ({ id, ok: true, level: 'ok', message })
const odd = (id: string, message: string): CheckedItem => ({
  ...{ id, ok: false, level: 'warning', message },
})
const bad = (id: string, message: string): CheckedItem => ({
  ...{ id, ok: false, level: 'error', message },
})

function versions({ client, server }: ClusterFacts): CheckedItem {
  return good(
    'versions',
    `kubectl-canary ${client}, Kubernetes ${server ?? 'of an unknown version'}`,
  )
}

const kinds = ['canaries', 'metrictemplates', 'alertproviders']

function definitions({ served, hasOurFields }: ClusterFacts): CheckedItem[] {
  const items = kinds.map((kind) => {
    const versions = served[kind] ?? []
    if (versions.includes('v1beta1')) return good(`crd-${kind}`, `CRD ${kind}.flagger.app v1beta1`)
    const there = versions.length > 0 ? `; served: ${versions.join(', ')}` : ''
    return bad(
      `crd-${kind}`,
      `CRD ${kind}.flagger.app has no v1beta1${there}: install brings it, or kubectl apply -f crds`,
    )
  })
  if (hasOurFields !== false || !served.canaries) return items
  const message =
    "the CRDs are Flagger's: answers, values of checks and past runs are not kept; kubectl apply --server-side --force-conflicts -f crds adds their fields"
  return [...items, odd('crd-fields', message)]
}

function controllers({ lives, canaries }: ClusterFacts): CheckedItem[] {
  const items = lives.map(({ alive, lease, why }) =>
    alive
      ? good('controller', `the controller lives: it holds the lease ${lease}`)
      : alive === false
        ? bad('controller', `no controller lives: ${why}`)
        : odd('controller', `whether a controller lives can't be told: ${why}`),
  )
  if (items.length > 0) return items
  const why = canaries?.length ? 'no canary names a lease' : 'there is no canary that tells of one'
  return [odd('controller', `whether a controller lives can't be told: ${why}`)]
}

function canariesOf({ canaries }: ClusterFacts): CheckedItem[] {
  if (!canaries) return [odd('canaries', 'canaries may not be listed')]
  const identities = canaries.map((one) => ({ one, of: controllerOf(handledCanary(one)) }))
  const others = identities.filter(({ of }) => of.upstream === true)
  const unhandled = identities.filter(({ of }) => of.name === null)
  const own = [...new Set(identities.filter(({ of }) => of.upstream === false).map(({ of }) => of))]
  const names = new Set(own.map(({ name, version }) => `${name} ${version ?? ''}`.trim()))
  const list = (found: typeof identities) =>
    found
      .slice(0, 5)
      .map(({ one: { metadata } }) => `${metadata.namespace}/${metadata.name}`)
      .join(', ')
  return [
    ...[...names].map((name) => good('canaries', `${count(own.length)} handled by ${name}`)),
    ...(others.length > 0
      ? [
          odd(
            'upstream',
            `${count(others.length)} handled by Flagger, where requests have no effect: ${list(others)}`,
          ),
        ]
      : []),
    ...(unhandled.length > 0
      ? [
          odd(
            'unhandled',
            `${count(unhandled.length)} that no controller has looked at: ${list(unhandled)}`,
          ),
        ]
      : []),
  ]
}

function count(number: number): string {
  return `${number} ${number === 1 ? 'canary' : 'canaries'}`
}

function rights({ rights: asked }: ClusterFacts): CheckedItem {
  const of = (allowed: boolean) => asked.filter((one) => one.allowed === allowed)
  const may = of(true).map(({ what }) => what)
  const denied = of(false)
  const text = [
    ...(may.length > 0 ? [`you may: ${may.join(', ')}`] : []),
    ...(denied.length > 0 ? [`you may not: ${denied.map(({ what }) => what).join(', ')}`] : []),
  ].join('; ')
  if (denied.some(({ needed }) => needed)) return bad('rights', text)
  return denied.length > 0 ? odd('rights', text) : good('rights', text)
}

function shadows({ shadows: found }: ClusterFacts): CheckedItem[] {
  if (found.length === 0) return [good('shadows', 'no executable shadows commands of the plugin')]
  return found.map((path) =>
    odd(
      'shadows',
      `kubectl runs ${path} in place of a command of the plugin; move it off the PATH`,
    ),
  )
}

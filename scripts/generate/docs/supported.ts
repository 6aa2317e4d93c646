import { metricServices } from '../../../src/metrics/registry.gen.ts'
import { notifierServices } from '../../../src/notifiers/registry.gen.ts'
import { shownNames } from '../../../src/routers/provider.ts'
import { providers } from '../../../src/routers/registry.gen.ts'
import { scalerKinds } from '../../../src/scalers/registry.gen.ts'
import { workloadKinds } from '../../../src/workloads/registry.gen.ts'
import { flagger, promised } from '../api/flagger.ts'

/** One sort of thing that users name in a field of the API. */
export interface Supported {
  /** What it is called in tables. */
  title: string
  /** The definition and the field that names it. */
  file: string
  field: readonly string[]
  /** Where in the schema of the field the list of names is; absent, at its top. */
  within?: readonly (string | number)[]
  /** What the folders serve, and what Flagger has beside, as tables say it. */
  here: string[]
  missing: string[]
  /** What the field takes: all of Flagger's, so that none of its manifests is refused, and ours. */
  accepted: string[]
}

/** What is here of each sort, and what is not yet: what the folders below src/ say. */
export function supported(): Supported[] {
  return [
    {
      title: 'Targets',
      file: 'crds/canary.yaml',
      field: ['targetRef', 'kind'],
      ...targets(),
    },
    {
      title: 'Autoscalers',
      file: 'crds/canary.yaml',
      field: ['autoscalerRef', 'kind'],
      ...sorted(
        scalerKinds.map(({ kind }) => kind),
        flagger.autoscalers,
      ),
    },
    {
      title: 'Providers',
      file: 'crds/canary.yaml',
      field: ['provider'],
      within: ['anyOf', 0],
      ...named(sorted(names(), flagger.providers)),
    },
    {
      title: 'Metric services',
      file: 'crds/metrictemplate.yaml',
      field: ['provider', 'type'],
      ...sorted(
        metricServices.map(({ type }) => type),
        [...flagger.metrics, ...promised.metrics],
      ),
    },
    {
      title: 'Receivers of alerts',
      file: 'crds/alertprovider.yaml',
      field: ['type'],
      ...sorted(
        notifierServices.map(({ type }) => type),
        flagger.alerts,
      ),
    },
  ]
}

/** Flagger's names that some folder serves, and the first names of the folders. */
function names(): string[] {
  const known = flagger.providers.filter((name) => providers.some(({ serves }) => serves(name)))
  return [...known, ...providers.flatMap(shownNames)]
}

/** What is a pattern beside the list is none of its names. */
function named<T extends Pick<Supported, 'accepted'>>(of: T): T {
  const open = providers.flatMap(({ shownAs }) => shownAs ?? [])
  return { ...of, accepted: of.accepted.filter((name) => !open.includes(name)) }
}

/** Kinds of one name differ by their API group, which the field beside the kind says. */
function targets(): Pick<Supported, 'here' | 'missing' | 'accepted'> {
  const kinds = workloadKinds.map(({ kind }) => kind)
  const { here, missing } = sorted(
    [
      ...flagger.targets
        .filter((target) => workloadKinds.some(({ serves }) => serves(target)))
        .map(shownTarget),
      ...kinds.filter((kind) => !flagger.targets.some((target) => target.kind === kind)),
    ],
    flagger.targets.map(shownTarget),
  )
  const flaggers = [...new Set(flagger.targets.map(({ kind }) => kind))]
  return { here, missing, accepted: sorted(kinds, flaggers).accepted }
}

function shownTarget({ apiVersion, kind }: { apiVersion: string; kind: string }): string {
  const group = apiVersion.split('/')[0] ?? ''
  return group.includes('.') ? `${kind} of ${group}` : kind
}

function sorted(
  here: readonly string[],
  known: readonly string[],
): Pick<Supported, 'here' | 'missing' | 'accepted'> {
  const added = [...new Set(here)].filter((name) => !known.includes(name)).sort()
  return {
    here: [...known.filter((name) => here.includes(name)), ...added],
    missing: known.filter((name) => !here.includes(name)),
    accepted: [...known, ...added],
  }
}

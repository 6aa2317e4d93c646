/**
 * Pod settings of the canary only (`analysis.canaryAnalysis.templateVariables`). They are written
 * into the user's target for a run, so what they replace is kept in an annotation beside them.
 */
import type { Canary } from '../../canary/canary.ts'
import { canonicalJson, sameContent } from '../canonical.ts'
import { keep } from '../metadata.ts'
import type { PodSpec, PodTemplate, Templated } from '../pods/pod-template.ts'

const annotation = 'flagger.app/canary-placement'
const fields = ['nodeSelector', 'tolerations'] as const

type Labels = Record<string, string>
type PodSettings = Pick<PodSpec, (typeof fields)[number]>
type Settings = PodSettings & { labels?: Labels }

interface Placement {
  placed: Settings
  original: Settings
}

/**
 * The target as it runs during an analysis. Labels that the target selects its pods by stay: it
 * would lose its pods.
 */
export function canaryPlacement<T extends Templated>(target: T, { analysis }: Canary): T {
  const user = stripPlacement(target)
  const placed = settable(user, analysis.podSettings)
  if (Object.keys(placed).length === 0) return user
  const { metadata, spec } = user
  const { template } = spec
  const { labels, ...podSettings } = placed
  const placement: Placement = { placed, original: originalOf(template, placed) }
  return {
    ...user,
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, [annotation]: canonicalJson(placement) },
    },
    spec: {
      ...spec,
      template: {
        ...template,
        ...(labels && {
          metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...labels } },
        }),
        spec: { ...template.spec, ...podSettings },
      },
    },
  }
}

/** The target as the user wrote it; settings that the user changed since are left as they are. */
export function stripPlacement<T extends Templated>(target: T): T {
  const placement = readPlacement(target.metadata.annotations?.[annotation])
  if (!placement) return target
  const { metadata, spec } = target
  const { annotations: found = {}, ...otherMetadata } = metadata
  const annotations = keep(found, (key) => key !== annotation)
  return {
    ...target,
    metadata: {
      ...otherMetadata,
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: { ...spec, template: restored(spec.template, placement) },
  }
}

/** What is to be placed, without what can't be. */
function settable({ spec: { selector } }: Templated, settings: Settings): Settings {
  const { labels = {}, ...podSettings } = settings
  const selecting = new Set([
    ...Object.keys(selector.matchLabels ?? {}),
    ...(selector.matchExpressions ?? []).map(({ key }) => key),
  ])
  const placed = keep(labels, (key) => !selecting.has(key))
  return { ...podSettings, ...(Object.keys(placed).length > 0 && { labels: placed }) }
}

function restored(template: PodTemplate, { placed, original }: Placement): PodTemplate {
  const spec = { ...template.spec }
  for (const field of fields)
    if (placed[field] !== undefined && sameContent(spec[field], placed[field])) {
      delete spec[field]
      if (original[field]) Object.assign(spec, { [field]: original[field] })
    }
  if (!placed.labels || !template.metadata) return { ...template, spec }
  const labels = restoredLabels(template.metadata.labels ?? {}, placed.labels, original.labels)
  return { ...template, metadata: { ...template.metadata, labels }, spec }
}

function restoredLabels(found: Labels, placed: Labels, original: Labels = {}): Labels {
  const ours = (key: string) => key in placed && found[key] === placed[key]
  return { ...keep(found, (key) => !ours(key)), ...keep(original, ours) }
}

/** Those of the settings that `placed` replaces. */
function originalOf({ metadata, spec }: PodTemplate, placed: Settings): Settings {
  const { labels = {} } = placed
  const replaced = keep(metadata?.labels ?? {}, (key) => key in labels)
  return {
    ...(placed.nodeSelector && spec.nodeSelector && { nodeSelector: spec.nodeSelector }),
    ...(placed.tolerations && spec.tolerations && { tolerations: spec.tolerations }),
    ...(Object.keys(replaced).length > 0 && { labels: replaced }),
  }
}

/** Undefined also when someone broke the annotation: then nothing is known of the original. */
function readPlacement(text: string | undefined): Placement | undefined {
  if (text === undefined) return undefined
  try {
    const read = JSON.parse(text) as Partial<Placement> | null
    return read?.placed && read.original
      ? { placed: read.placed, original: read.original }
      : undefined
  } catch {
    return undefined
  }
}

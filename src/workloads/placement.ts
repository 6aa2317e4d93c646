/**
 * Pod settings of the canary only (`analysis.canaryAnalysis.templateVariables`). They are written
 * into the user's target for a run, so what they replace is kept in an annotation beside them.
 */
import type { Canary } from '../canary/canary.ts'
import { canonicalJson, sameContent } from './canonical.ts'
import { keep } from './metadata.ts'
import type { Deployment, PodSpec } from './pod-template.ts'

const annotation = 'flagger.app/canary-placement'
const fields = ['nodeSelector', 'tolerations'] as const

type Settings = Pick<PodSpec, (typeof fields)[number]>

interface Placement {
  placed: Settings
  original: Settings
}

/** The target as it runs during an analysis. */
export function canaryPlacement(target: Deployment, { analysis }: Canary): Deployment {
  const user = stripPlacement(target)
  const placed: Settings = analysis.podSettings
  if (fields.every((field) => placed[field] === undefined)) return user
  const placement: Placement = { placed, original: settingsOf(user.spec.template.spec, placed) }
  const { metadata, spec } = user
  return {
    ...user,
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, [annotation]: canonicalJson(placement) },
    },
    spec: {
      ...spec,
      template: { ...spec.template, spec: { ...spec.template.spec, ...placed } },
    },
  }
}

/** The target as the user wrote it; settings that the user changed since are left as they are. */
export function stripPlacement(target: Deployment): Deployment {
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
    spec: {
      ...spec,
      template: { ...spec.template, spec: restored(spec.template.spec, placement) },
    },
  }
}

function restored(pods: PodSpec, { placed, original }: Placement): PodSpec {
  const result = { ...pods }
  for (const field of fields)
    if (placed[field] !== undefined && sameContent(pods[field], placed[field])) {
      delete result[field]
      Object.assign(result, settingsOf(original, { [field]: placed[field] }))
    }
  return result
}

/** Those of the settings that `placed` replaces. */
function settingsOf(pods: Settings, placed: Settings): Settings {
  return {
    ...(placed.nodeSelector && pods.nodeSelector && { nodeSelector: pods.nodeSelector }),
    ...(placed.tolerations && pods.tolerations && { tolerations: pods.tolerations }),
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

/** A Canary as the controller that cares for it reads it: with what its flags say. Pure. */
import type { CanaryResource, ControllerSettings } from '../canary/api.gen.ts'
import { type Canary, parseCanary } from '../canary/canary.ts'
import { conform } from '../canary/conform.ts'
import { parseDuration } from '../canary/duration.ts'
import { defaultProvider, toldBy } from '../canary/providers.gen.ts'
import { canaryStatusShape } from '../canary/shapes.gen.ts'

export interface AsHandled {
  canary: Canary
  /** What the spec gets wrong, one sentence each. */
  problems: string[]
  /** What the controller was told; empty where its status has no room to say it. */
  settings: ControllerSettings
  /** Why the provider is taken for the one that it is, where nobody says so; else undefined. */
  assumption: string | undefined
}

/**
 * Where neither the spec nor the status names the provider (with Flagger's own definitions the
 * status has no room for it) it is assumed, and `assumption` says from what. `minIntervalMs` is
 * for those who know it better.
 */
export function asHandled(resource: CanaryResource, minIntervalMs?: number): AsHandled {
  const settings = settingsIn(resource)
  const guess = guessOf(resource)
  const minimum = minIntervalMs ?? parseDuration(settings.minimumInterval ?? '')
  const { canary, problems } = parseCanary(resource, {
    meshProvider: settings.provider || guess.provider,
    metricsServer: '',
    ...(minimum !== undefined && { minIntervalMs: minimum }),
  })
  const isSaid = Boolean(canary.spec.provider || settings.provider)
  return { canary, problems, settings, assumption: isSaid ? undefined : guess.why }
}

/** The Canary alone. */
export function handledCanary(resource: CanaryResource): Canary {
  return asHandled(resource).canary
}

/** Stored data: whoever wrote it may have been anybody. */
function settingsIn({ status }: CanaryResource): ControllerSettings {
  const shape = canaryStatusShape.properties.controllerSettings
  const { value } = conform(status?.controllerSettings ?? {}, shape, 'status.controllerSettings')
  return value as ControllerSettings
}

function guessOf({ spec }: CanaryResource): { provider: string; why: string } {
  const told = toldBy.find(({ field }) => spec?.[field])
  return told
    ? { provider: told.provider, why: `spec.${told.field} is set` }
    : { provider: defaultProvider, why: 'it is the default of -mesh-provider' }
}

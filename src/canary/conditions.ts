/** The `Promoted` condition, by which `kubectl wait` and GitOps tools know how a run went. */
import type { Condition, Phase } from './api.gen.ts'

const messages: Partial<Record<Phase, (kind: string) => string>> = {
  Initializing: (kind) => `New ${kind} detected, starting initialization.`,
  Initialized: (kind) => `${kind} initialization completed.`,
  Waiting: () => 'Waiting for approval.',
  WaitingPromotion: () => 'Waiting for approval.',
  Progressing: () => 'New revision detected, progressing canary analysis.',
  Promoting: () => 'Canary analysis completed, starting primary rolling update.',
  Finalising: () => 'Canary analysis completed, routing all traffic to primary.',
  Succeeded: () => 'Canary analysis completed successfully, promotion finished.',
  Failed: (kind) => `Canary analysis failed, ${kind} scaled to zero.`,
  Terminating: (kind) => `${kind} is being handed back, the Canary was deleted.`,
}

const statuses: Partial<Record<Phase, Condition['status']>> = {
  Initialized: 'True',
  Succeeded: 'True',
  Failed: 'False',
}

/**
 * The conditions with `Promoted` as the phase says; the others are kept. Like Flagger, the
 * condition changes only when its status or its reason (the phase) does, and its transition time
 * only with its status. `message` replaces the text that belongs to the phase.
 */
export function promotedCondition(
  before: readonly Condition[] | undefined,
  of: { phase: Phase; kind: string; now: Date; message?: string | undefined },
): Condition[] {
  const { phase, kind, now } = of
  const status = statuses[phase] ?? 'Unknown'
  const previous = before?.find(({ type }) => type === 'Promoted')
  const others = before?.filter(({ type }) => type !== 'Promoted') ?? []
  if (previous?.status === status && previous.reason === phase) return [previous, ...others]
  const at = now.toISOString().replace(/\.\d+Z$/, 'Z')
  const promoted: Condition = {
    type: 'Promoted',
    status,
    reason: phase,
    message: of.message ?? messages[phase]?.(kind) ?? '',
    lastUpdateTime: at,
    lastTransitionTime: previous?.status === status ? (previous.lastTransitionTime ?? at) : at,
  }
  return [promoted, ...others]
}

/** The events that tell how a hook answered. */
import type { EventType, HookType } from '../analysis/decision.ts'

export interface HookText {
  type: EventType
  message: string
}

/** The event for one answer; undefined where Flagger says nothing, or says it elsewhere. */
export function hookText(
  type: HookType,
  answer: { canary: string; hook: string; passed: boolean; why: string },
): HookText | undefined {
  const { canary, hook, passed, why } = answer
  if (passed) return passedText(type, hook)
  switch (type) {
    case 'pre-rollout':
      return warning(`Halt ${canary} advancement pre-rollout check ${hook} failed ${why}`)
    case 'rollout':
      return warning(`Halt ${canary} advancement external check ${hook} failed ${why}`)
    case 'post-rollout':
      return warning(`Post-rollout hook ${hook} failed ${why}`)
    case 'rollback':
      return { type: 'Normal', message: `Rollback hook ${hook} not signaling a rollback` }
    default:
      return undefined
  }
}

const labels: Partial<Record<HookType, string>> = {
  'confirm-rollout': 'Confirm-rollout',
  'pre-rollout': 'Pre-rollout',
  'confirm-traffic-increase': 'Confirm-traffic-increase',
  'confirm-promotion': 'Confirm-promotion',
  'post-rollout': 'Post-rollout',
}

function passedText(type: HookType, hook: string): HookText | undefined {
  if (type === 'rollback') return warning(`Rollback check ${hook} passed`)
  const label = labels[type]
  return label ? { type: 'Normal', message: `${label} check ${hook} passed` } : undefined
}

function warning(message: string): HookText {
  return { type: 'Warning', message }
}

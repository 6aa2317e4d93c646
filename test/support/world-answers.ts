/** How the hooks and metric servers of the simulated world answer, in Flagger's words. */
import type { Check, HookType, Verdict } from '../../src/analysis/decision.ts'
import type { World } from './world.ts'

export function answer(world: World, check: Check): Verdict {
  switch (check.kind) {
    case 'providers':
      return verdict(true, 'Normal', 'all the metrics providers are available!')
    case 'metrics':
    case 'looks':
      return metrics(world)
    default:
      return hooks(world, check.type)
  }
}

function metrics(world: World): Verdict {
  const failing = complaint(world)
  const results = [{ name: 'err', kind: 'metric', ok: failing === undefined } as const]
  if (failing === undefined) return { outcome: 'passed', events: [], results }
  const message = `Halt checkout.shop advancement ${failing}`
  return { ...verdict(false, 'Warning', message), by: 'err', why: failing, results }
}

function complaint(world: World): string | undefined {
  const { now, routedAt, windowMs, failsOncePromoted, target, primary } = world
  if (now.getTime() - routedAt.getTime() < windowMs) return 'no values found'
  const isPromoted = primary?.revision === target.revision
  return failsOncePromoted && isPromoted ? 'no values found' : world.failing
}

const passedTexts: Partial<Record<HookType, string>> = {
  'confirm-rollout': 'Confirm-rollout',
  'pre-rollout': 'Pre-rollout',
  'confirm-traffic-increase': 'Confirm-traffic-increase',
  'confirm-promotion': 'Confirm-promotion',
}

const failedTexts: Partial<Record<HookType, string>> = {
  'pre-rollout': 'pre-rollout check',
  rollout: 'external check',
}

function hooks(world: World, type: HookType): Verdict {
  const by = `${type}-hook`
  if (type === 'rollback') return rollback(world, by)
  const passed = !world.closed.includes(type)
  const done = passedTexts[type]
  if (passed) return done ? verdict(true, 'Normal', `${done} check ${by} passed`) : quiet(true)
  const failed = failedTexts[type]
  const { why, isBroken, askAgainMs } = world
  const text = `Halt checkout.shop advancement ${failed} ${by} failed ${why}`
  const told = failed ? verdict(false, 'Warning', text) : quiet(false)
  return { ...told, by, why, askAgainMs, ...(isBroken && { broken: true }) }
}

function rollback({ opened }: World, by: string): Verdict {
  if (opened.includes('rollback'))
    return { ...verdict(true, 'Warning', `Rollback check ${by} passed`), by }
  return verdict(false, 'Normal', `Rollback hook ${by} not signaling a rollback`)
}

function verdict(passed: boolean, type: 'Normal' | 'Warning', message: string): Verdict {
  return { ...quiet(passed), events: [{ type, message }] }
}

function quiet(passed: boolean): Verdict {
  return { outcome: passed ? 'passed' : 'failed', events: [], results: [] }
}

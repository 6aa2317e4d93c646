/** What a Canary and what it refers to get wrong, as far as that shows without any traffic. */
import type { Fault } from '../analysis/decision.ts'
import type { Canary } from '../canary/canary.ts'
import type { MetricDeps } from '../metrics/checks.ts'
import type { Abilities } from '../routers/router.ts'
import { alertFaults, receiverFaults } from './alerts.ts'
import { hookFaults } from './hooks.ts'
import { judgeFaults } from './judging.ts'
import { matchFaults } from './match.ts'
import { metricFaults, questionFaults } from './metrics.ts'
import { serviceFaults } from './service.ts'
import { intervalFaults, unusedFaults, weightFaults } from './settings.ts'

export interface InspectionContext extends MetricDeps {
  abilities: Abilities
}

/**
 * Every fault, one sentence each with field and remedy: first what no run can pass with. It is for
 * a canary without problems, which is worked on all the same.
 */
export function inspect(canary: Canary, context: InspectionContext): Fault[] {
  const found = [
    ...inspectSpec(canary, context),
    ...matchFaults(canary, context.abilities),
    ...questionFaults(canary, context, 'templates'),
    ...receiverFaults(canary, context),
  ]
  return [...found.filter(({ isFatal }) => isFatal), ...found.filter(({ isFatal }) => !isFatal)]
}

/** As much as the Canary alone says: what it refers to may come right after it. */
export function inspectSpec(canary: Canary, context: Omit<InspectionContext, 'find'>): Fault[] {
  const alone = { ...context, find: () => undefined }
  return [
    ...intervalFaults(canary),
    ...weightFaults(canary, context.abilities),
    ...metricFaults(canary),
    ...questionFaults(canary, alone, 'canary'),
    ...judgeFaults(canary, alone),
    ...hookFaults(canary),
    ...serviceFaults(canary),
    ...unusedFaults(canary, context.abilities),
    ...alertFaults(canary),
  ]
}

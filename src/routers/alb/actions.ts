/** Actions: JSON in annotations that shares requests between target groups. */

import type { Canary } from '../../canary/canary.ts'
import { readJson } from '../../json.ts'
import { type Fields, list, record } from '../reading.ts'
import type { Routes } from '../router.ts'
import { type BackendFormat, splitBeside } from '../weighted/backends.ts'

export const targetGroups: BackendFormat = {
  serviceOf: ({ serviceName }) => (typeof serviceName === 'string' ? serviceName : undefined),
  weightOf: ({ weight }) => (typeof weight === 'number' && weight >= 0 ? weight : 1),
}

/** The largest weight that the load balancer takes; tenths come to no more. */
const heaviest = 999

/** The groups of an action; none where the text is no action that forwards. */
export function groupsIn(text: string | undefined): Fields[] {
  return list(record(parsed(text).forwardConfig).targetGroups)
}

/**
 * The action for these routes. What else the one before said stays, such as stickiness, and so do
 * groups of others, with their share beside the Service.
 */
export function actionFor(
  canary: Canary,
  routes: Pick<Routes, 'primary' | 'canary'>,
  before: string | undefined,
): string {
  const { forwardConfig, type: _, targetGroupARN: __, ...rest } = parsed(before)
  const found = groupsIn(before)
  const split = splitBeside(canary, routes, { found, format: targetGroups })
  const servicePort = canary.spec.service?.port ?? 0
  const to = (serviceName: string, weight: number): Fields => ({ serviceName, servicePort, weight })
  const all = [
    to(canary.names.primary, split.primary),
    to(canary.names.canary, split.canary),
    ...split.others.map(({ entry, weight }) => ({ ...entry, weight })),
  ]
  const over = Math.max(1, ...all.map((one) => targetGroups.weightOf(one) / heaviest))
  const groups = all.map((one) => ({
    ...one,
    weight: Math.round(targetGroups.weightOf(one) / over),
  }))
  return JSON.stringify({
    ...rest,
    type: 'forward',
    forwardConfig: { ...record(forwardConfig), targetGroups: groups },
  })
}

/** The action for a Service that no canary splits any more. */
export function actionToApex({ names, spec }: Canary): string {
  const group = { serviceName: names.apex, servicePort: spec.service?.port ?? 0, weight: 1 }
  return JSON.stringify({ type: 'forward', forwardConfig: { targetGroups: [group] } })
}

function parsed(text = '{}'): Fields {
  return record(readJson(text))
}

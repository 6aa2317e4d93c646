/** The annotations of one canary: an action has the name of the backend that it stands for. */
import type { Canary } from '../../canary/canary.ts'

const prefix = 'alb.ingress.kubernetes.io'

/** The annotation with the weights of the action; `name` is that of its backend. */
export const actionKey = (name: string): string => `${prefix}/actions.${name}`
/** The annotation with the conditions under which the action is taken. */
export const conditionsKey = (name: string): string => `${prefix}/conditions.${name}`

/** What was there before the take-over. */
export const beforeKey = ({ names }: Canary): string => `flagger.app/before.${names.apex}`

/** The action for requests of a test: one for each of its conditions. */
export function testName({ names }: Canary, at: number): string {
  return at === 0 ? names.canary : `${names.canary}-${at}`
}

/** Whether a backend is the action of a test of this canary. */
export function isTestName({ names }: Canary, name: string): boolean {
  const rest = name.startsWith(names.canary) ? name.slice(names.canary.length) : undefined
  return rest !== undefined && /^(-\d+)?$/.test(rest)
}

/** Annotations that no other canary writes, and no user. */
export function isOurs(canary: Canary, annotation: string): boolean {
  if (annotation === actionKey(canary.names.apex) || annotation === beforeKey(canary)) return true
  const [, name] =
    /^alb\.ingress\.kubernetes\.io\/(?:actions|conditions)\.(.+)$/.exec(annotation) ?? []
  return name !== undefined && isTestName(canary, name)
}

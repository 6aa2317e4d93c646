/** Taking traffic back where a Canary asks for the impossible: nothing may stop a rollback. */
import { InvalidSpecError } from '../errors.ts'
import type { KubeObject } from '../objects.ts'
import type { Routes } from './router.ts'

interface Attempt<T> {
  wanted: Routes
  /** What is there; undefined before the first object is. */
  found: T | undefined
  render(): KubeObject[]
  /** The traffic in force, as far as it can be read. Throws InvalidSpecError where it can't. */
  live(found: T): Routes | undefined
  /** What is found with everybody on the primary, and otherwise as it is. */
  withdrawn(found: T): KubeObject[]
}

/**
 * What `render` gives. Where it throws InvalidSpecError while the canary has users, and is to have
 * none, these are taken back all the same: the error is for later.
 */
export function renderedOrWithdrawn<T>(attempt: Attempt<T>): KubeObject[] {
  const { found, wanted } = attempt
  try {
    return attempt.render()
  } catch (error) {
    const isInvalid = error instanceof InvalidSpecError
    const mayWithdraw = isInvalid && found !== undefined && wanted.canary === 0
    if (mayWithdraw && hasUsers(() => attempt.live(found))) return attempt.withdrawn(found)
    throw error
  }
}

/** Whether the canary has users, as far as its weights can be read: others may be any. */
export function hasUsers(live: () => Routes | undefined): boolean {
  try {
    return (live()?.canary ?? 0) > 0
  } catch (error) {
    if (error instanceof InvalidSpecError) return true
    throw error
  }
}

/** What this build calls itself; a build may define both names. */
import { readFileSync } from 'node:fs'

declare const CANARY_VERSION: string | undefined
declare const CANARY_REVISION: string | undefined

/** Version of the package, without a `v`. */
export const version: string =
  typeof CANARY_VERSION === 'string' ? CANARY_VERSION : versionOfPackage()

/** Commit that this was built from; `unknown` where the build does not define it. */
export const revision: string = typeof CANARY_REVISION === 'string' ? CANARY_REVISION : 'unknown'

function versionOfPackage(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return String((JSON.parse(text) as { version?: unknown }).version)
}

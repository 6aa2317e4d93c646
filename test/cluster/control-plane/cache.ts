import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'

/**
 * Where the programs of one version live, outside the checkout so that every clone shares them:
 * `<cache>/kubectl-canary/<version>-<hash of the named files>`. The cache folder is
 * `KUBECTL_CANARY_CACHE`, or else `XDG_CACHE_HOME`, or else `~/.cache`.
 */
export function cacheFolder(
  version: string,
  files: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): string {
  const root = env.KUBECTL_CANARY_CACHE || env.XDG_CACHE_HOME || path.join(homedir(), '.cache')
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(file)).update('\0')
  return path.join(root, 'kubectl-canary', `${version}-${hash.digest('hex').slice(0, 12)}`)
}

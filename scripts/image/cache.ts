import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where downloaded parts of the image stay, outside the checkout so that every clone shares them. */
export function partsFolder(env: NodeJS.ProcessEnv = process.env): string {
  const root = env.KUBECTL_CANARY_CACHE || env.XDG_CACHE_HOME || join(homedir(), '.cache')
  return join(root, 'kubectl-canary', 'image')
}

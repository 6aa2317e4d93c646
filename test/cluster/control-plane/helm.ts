import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { cacheFolder } from './cache.ts'
import { goBuild, requireGo } from './go.ts'
import { withLock } from './lock.ts'
import { modulesFolder, requiredVersion } from './versions.ts'

const folder = path.join(modulesFolder, 'helm')

/**
 * The file of Helm's program, built where the cache does not have it: three minutes on two cores,
 * once for each version. Rejects with GoMissingError where it has to be built and there is no Go.
 */
export async function buildHelm(log: (line: string) => void): Promise<string> {
  const sources = ['go.mod', 'go.sum'].map((name) => path.join(folder, name))
  const version = requiredVersion(folder, 'helm.sh/helm/v4')
  const cached = cacheFolder(`helm-${version}`, sources)
  const program = path.join(cached, 'helm')
  if (existsSync(program)) return program
  await requireGo()
  await mkdir(path.dirname(cached), { recursive: true })
  await withLock(
    `${cached}.lock`,
    () => buildInto(cached, log),
    (owner) => log(`waiting for process ${owner}, which builds helm ...`),
  )
  return program
}

/** Builds beside the cache and renames, so that a folder with the final name is always complete. */
async function buildInto(cached: string, log: (line: string) => void): Promise<void> {
  if (existsSync(cached)) return
  const unfinished = `${cached}.building-${process.pid}`
  try {
    await mkdir(unfinished)
    log('building helm ...')
    const to = path.join(unfinished, 'helm')
    await goBuild({ folder, package: 'helm.sh/helm/v4/cmd/helm', to, linkerFlags: '' })
    await rename(unfinished, cached)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

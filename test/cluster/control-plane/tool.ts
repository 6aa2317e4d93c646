import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { cacheFolder } from './cache.ts'
import { goBuild, requireGo } from './go.ts'
import { withLock } from './lock.ts'
import { modulesFolder, requiredVersion } from './versions.ts'

/** Programs of one Go module, other than the control plane's. */
export interface Tool {
  /** Of the folder below `modules`. */
  name: string
  module: string
  /** Program by program, its package. */
  programs: Record<string, string>
}

/**
 * The folder of a tool's programs, built where the cache does not have them: minutes on two cores,
 * once for each version. Rejects with GoMissingError where there is something to build and no Go.
 */
export async function buildTool(tool: Tool, log: (line: string) => void): Promise<string> {
  const folder = path.join(modulesFolder, tool.name)
  const sources = ['go.mod', 'go.sum'].map((name) => path.join(folder, name))
  const cached = cacheFolder(`${tool.name}-${requiredVersion(folder, tool.module)}`, sources)
  if (existsSync(cached)) return cached
  await requireGo()
  await mkdir(path.dirname(cached), { recursive: true })
  await withLock(
    `${cached}.lock`,
    () => buildInto(cached, { ...tool, folder, log }),
    (owner) => log(`waiting for process ${owner}, which builds ${tool.name} ...`),
  )
  return cached
}

/** Builds beside the cache and renames, so that a folder with the final name is always complete. */
async function buildInto(
  cached: string,
  of: Tool & { folder: string; log: (line: string) => void },
): Promise<void> {
  if (existsSync(cached)) return
  const unfinished = `${cached}.building-${process.pid}`
  try {
    await mkdir(unfinished)
    for (const [program, source] of Object.entries(of.programs)) {
      of.log(`building ${program} ...`)
      const to = path.join(unfinished, program)
      await goBuild({ folder: of.folder, package: source, to, linkerFlags: '' })
    }
    await rename(unfinished, cached)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

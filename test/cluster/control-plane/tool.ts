import { existsSync } from 'node:fs'
import path from 'node:path'
import { cacheFolder } from './cache.ts'
import { makeOnce } from './cached.ts'
import { goBuild, requireGo } from './go.ts'
import { modulesFolder, requiredVersion } from './versions.ts'

/** Programs of one Go module, other than the control plane's. */
export interface Tool {
  /** Of the folder below `modules`. */
  name: string
  /** Whose version the programs have. */
  module: string
  /** Program by program, its package. */
  programs: Record<string, string>
  /** Files of the folder that programs are made of, where these are our own. */
  sources?: readonly string[]
  /** With which its own makefile builds it. */
  tags?: string
}

/**
 * The folder of a tool's programs, built where the cache does not have them: minutes on two cores,
 * once for each version. Rejects with GoMissingError where there is something to build and no Go.
 */
export async function buildTool(tool: Tool, log: (line: string) => void): Promise<string> {
  const folder = path.join(modulesFolder, tool.name)
  const files = ['go.mod', 'go.sum', ...(tool.sources ?? [])]
  const sources = files.map((name) => path.join(folder, name))
  const cached = cacheFolder(`${tool.name}-${requiredVersion(folder, tool.module)}`, sources)
  if (existsSync(cached)) return cached
  await requireGo()
  return makeOnce(
    cached,
    async (unfinished) => {
      for (const [program, source] of Object.entries(tool.programs)) {
        log(`building ${program} ...`)
        const to = path.join(unfinished, program)
        const { tags = '' } = tool
        await goBuild({ folder, package: source, to, linkerFlags: '', tags })
      }
    },
    (owner) => log(`waiting for process ${owner}, which builds ${tool.name} ...`),
  )
}

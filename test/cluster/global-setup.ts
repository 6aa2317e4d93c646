import { mkdir, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { type ControlPlane, startControlPlane } from './control-plane/control-plane.ts'
import { GoMissingError } from './control-plane/go.ts'
import { isAlive } from './control-plane/lock.ts'

/** The running cluster, or why there is none. */
export type ProvidedCluster =
  | { url: string; adminKubeconfig: string; kubectl: string }
  | { missing: string }

declare module 'vitest' {
  export interface ProvidedContext {
    cluster: ProvidedCluster
  }
}

/**
 * Starts the control plane, built first where it is missing, and stops it in the end. Without Go
 * the tests are skipped with the reason; where `CI` is `true`, that is an error.
 */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  try {
    const controlPlane = await startControlPlane({ dir: await folderOfThisRun(), log })
    provide('cluster', described(controlPlane))
    return controlPlane.stop
  } catch (error) {
    if (!(error instanceof GoMissingError) || process.env.CI === 'true') throw error
    log(`skipped: ${error.message}`)
    provide('cluster', { missing: error.message })
    return async () => {}
  }
}

function described({ url, adminKubeconfig, program }: ControlPlane): ProvidedCluster {
  return { url, adminKubeconfig, kubectl: program('kubectl') }
}

/** `.cache/cluster/<process id>`: logs stay there until a later run. */
async function folderOfThisRun(): Promise<string> {
  const parent = path.join(import.meta.dirname, '../../.cache/cluster')
  await mkdir(parent, { recursive: true })
  const earlier = (await readdir(parent)).filter((pid) => !isAlive(Number(pid)))
  for (const pid of earlier) await rm(path.join(parent, pid), { recursive: true, force: true })
  const folder = path.join(parent, String(process.pid))
  await mkdir(folder, { recursive: true })
  return folder
}

function log(line: string): void {
  process.stderr.write(`[cluster] ${line}\n`)
}

import { mkdir, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { connect } from './control-plane/api.ts'
import { type ControlPlane, startControlPlane } from './control-plane/control-plane.ts'
import { GoMissingError } from './control-plane/go.ts'
import { buildHelm } from './control-plane/helm.ts'
import { isAlive } from './control-plane/lock.ts'
import { installController } from './installation.ts'
import { installProviderCrds } from './provider-crds.ts'

/** The running cluster, or why there is none. */
export type ProvidedCluster = RunningCluster | { missing: string }

export interface RunningCluster {
  url: string
  adminKubeconfig: string
  /** Of the service account that `deploy/cluster` gives the controller. */
  controllerKubeconfig: string
  auditLog: string
  folder: string
  kubectl: string
  helm: string
}

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
    const folder = await folderOfThisRun()
    const controlPlane = await startControlPlane({ dir: folder, log })
    try {
      provide('cluster', await furnished(controlPlane, folder))
      return controlPlane.stop
    } catch (error) {
      await controlPlane.stop()
      throw error
    }
  } catch (error) {
    if (!(error instanceof GoMissingError) || process.env.CI === 'true') throw error
    log(`skipped: ${error.message}`)
    provide('cluster', { missing: error.message })
    return async () => {}
  }
}

/** Installs what every test takes for granted: all definitions, and the controller's account. */
async function furnished(controlPlane: ControlPlane, folder: string): Promise<RunningCluster> {
  const { url, adminKubeconfig, auditLog } = controlPlane
  const kubectl = controlPlane.program('kubectl')
  const api = await connect(adminKubeconfig)
  try {
    await installProviderCrds(api, log)
  } finally {
    api.close()
  }
  const account = await installController({ kubectl, kubeconfig: adminKubeconfig })
  const controllerKubeconfig = await controlPlane.kubeconfigFor(account)
  const helm = await buildHelm(log)
  return { url, adminKubeconfig, controllerKubeconfig, auditLog, folder, kubectl, helm }
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

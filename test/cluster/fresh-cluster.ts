/** A control plane of a test file's own, on which nothing is installed, and the tools for it. */
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { inject } from 'vitest'
import { runFolder } from './cluster-test.ts'
import { type Api, connect } from './control-plane/api.ts'
import { startControlPlane } from './control-plane/control-plane.ts'

const root = path.join(import.meta.dirname, '../..')

export interface FreshCluster {
  api: Api
  /** Of its administrator. */
  kubeconfig: string
  /** Runs a script at the top of the project; kubectl, its plugin and Helm are on the PATH. */
  shell(script: string): Promise<{ stdout: string; stderr: string }>
  stop(): Promise<void>
}

/** Starts one; undefined where no cluster can be built. */
export async function startFreshCluster(): Promise<FreshCluster | undefined> {
  const shared = inject('cluster')
  if ('missing' in shared) return undefined
  const controlPlane = await startControlPlane()
  const kubeconfig = controlPlane.adminKubeconfig
  const api = await connect(kubeconfig)
  const bin = await tools({ kubectl: controlPlane.program('kubectl'), helm: shared.helm })
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, KUBECONFIG: kubeconfig }
  return {
    api,
    kubeconfig,
    shell: (script) =>
      promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
        cwd: root,
        env,
        maxBuffer: 1 << 24,
      }),
    async stop() {
      api.close()
      await controlPlane.stop()
    },
  }
}

/** A folder with programs under the names that people type. */
async function tools(programs: Record<string, string>): Promise<string> {
  const bin = await mkdtemp(path.join(runFolder, 'bin-'))
  for (const [name, file] of Object.entries(programs)) await symlink(file, path.join(bin, name))
  const plugin = path.join(root, 'test/commands/support/plugin.ts')
  const script = `#!/bin/sh\nexec "${process.execPath}" "${plugin}" "$@"\n`
  await writeFile(path.join(bin, 'kubectl-canary'), script)
  await chmod(path.join(bin, 'kubectl-canary'), 0o755)
  return bin
}

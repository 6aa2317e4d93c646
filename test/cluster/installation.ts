import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import type { ServiceAccount } from './control-plane/service-account.ts'

const root = path.join(import.meta.dirname, '../..')

/** How to call kubectl on one cluster. */
export interface Kubectl {
  /** The program's file. */
  kubectl: string
  kubeconfig: string
}

/** Runs kubectl at the top of the project; gives what it printed. Rejects when it fails. */
export async function runKubectl(
  { kubectl, kubeconfig }: Kubectl,
  ...args: readonly string[]
): Promise<string> {
  const all = [`--kubeconfig=${kubeconfig}`, ...args]
  const { stdout } = await promisify(execFile)(kubectl, all, { cwd: root, maxBuffer: 2 ** 26 })
  return stdout
}

/** The two commands of docs/install.md, which may be repeated; gives the controller's account. */
export async function installController(of: Kubectl): Promise<ServiceAccount> {
  await runKubectl(of, 'apply', '--server-side', '-f', 'crds')
  await runKubectl(of, 'apply', '--server-side', '-k', 'deploy/cluster')
  return { namespace: 'flagger-system', name: 'flagger' }
}

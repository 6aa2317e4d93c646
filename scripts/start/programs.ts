/** The plugin for another terminal, whatever Node is there: a folder to put first on the PATH. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { shellWord } from '../../commands/output/command-line.ts'
import { namespace } from './manifests.ts'

const plugin = fileURLToPath(new URL('../../bin/kubectl-canary.js', import.meta.url))

/**
 * Lines to paste into another terminal. Writes the program beside the kubeconfig, so that it goes
 * with the cluster; it runs on the Node of this process, since others may be too old.
 */
export function linesToPaste(kubeconfigPath: string, path = process.env.PATH ?? ''): string[] {
  const folder = join(dirname(kubeconfigPath), 'bin')
  mkdirSync(folder, { recursive: true })
  const command = `exec ${shellWord(process.execPath)} ${shellWord(plugin)} "$@"`
  writeFileSync(join(folder, 'kubectl-canary'), `#!/bin/sh\n${command}\n`, { mode: 0o755 })
  const set = [
    `export KUBECONFIG=${shellWord(kubeconfigPath)}`,
    `export PATH=${shellWord(folder)}:"$PATH"`,
  ]
  const watch = `${pluginCommand(path)} watch podinfo -n ${namespace}`
  if (!hasKubectl(path)) return [...set, watch]
  return [...set, `kubectl get canaries,deployments,pods -n ${namespace}`, watch]
}

/** How the plugin is called in that terminal. */
export function pluginCommand(path = process.env.PATH ?? ''): string {
  return hasKubectl(path) ? 'kubectl canary' : 'kubectl-canary'
}

function hasKubectl(path: string): boolean {
  return path.split(delimiter).some((folder) => existsSync(join(folder, 'kubectl')))
}

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { linesToPaste } from '../../../scripts/start/programs.ts'

/** A folder whose name a shell would take for two words. */
function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), "kubectl canary's "))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

test('what is printed can be pasted into a shell that knows no Node, and finds the plugin', () => {
  const lines = linesToPaste(path.join(folder(), 'kubeconfig'), '')
  expect(lines.at(-1)).toBe('kubectl-canary watch podinfo -n test')
  const script = [...lines.slice(0, -1), 'kubectl-canary --version'].join('\n')
  const output = execFileSync('/bin/sh', ['-c', script], {
    env: { PATH: '/usr/bin:/bin' },
    encoding: 'utf8',
  })
  expect(output).toMatch(/^kubectl-canary v\d/)
})

test('where kubectl is, it is called by kubectl', () => {
  const bin = folder()
  execFileSync('/bin/sh', ['-c', 'touch "$0/kubectl"', bin])
  expect(linesToPaste(path.join(folder(), 'kubeconfig'), bin).slice(-2)).toEqual([
    'kubectl get canaries,deployments,pods -n test',
    'kubectl canary watch podinfo -n test',
  ])
})

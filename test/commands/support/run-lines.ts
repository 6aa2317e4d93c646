/** Many command lines of the plugin in one process: to start each takes a second. */
import { spawn } from 'node:child_process'
import path from 'node:path'
import type { TestCluster } from './cluster.ts'
import type { Line, Written } from './plugin-lines.ts'

const program = path.join(import.meta.dirname, 'plugin-lines.ts')

/** What came of each line, in their order. */
export function runLines(
  { kubeconfig }: Pick<TestCluster, 'kubeconfig'>,
  lines: readonly Line[],
): Promise<Written[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program], {
      env: {
        ...{ PATH: process.env.PATH ?? '', HOME: '/nonexistent', KUBECONFIG: kubeconfig },
        LANG: 'C.UTF-8',
      },
      // Some commands write a file of the name that they are given.
      cwd: path.dirname(kubeconfig),
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk))
    child.on('error', reject)
    // The program writes what its own type says.
    child.on('close', () => resolve(JSON.parse(text) as Written[]))
    child.stdin.end(JSON.stringify(lines))
  })
}

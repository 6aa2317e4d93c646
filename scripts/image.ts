/**
 * Assembles the image without an engine: an OCI layout of Node's own build, the libraries that it
 * links to, from Debian, and the bundle. `node scripts/image.ts FOLDER [amd64] [arm64] [debug]`,
 * after `npm run build`; needs apt-get and dpkg-deb. The bill of materials goes beside it.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pack from '../package.json' with { type: 'json' }
import { revisionOf } from './build/revision.ts'
import { contents } from './image/contents.ts'
import { writeLayout } from './image/layout.ts'
import { type ImageRequest, imageRequest } from './image/request.ts'
import { sbom } from './image/sbom.ts'

const root = new URL('../', import.meta.url).pathname
const { folder, architectures, debug } = requested(process.argv.slice(2))
const version = debug ? `${pack.version}-debug` : pack.version
const revision = revisionOf(root)

const made = await Promise.all(
  architectures.map((architecture) => contents(root, { architecture, debug })),
)
const images = made.map(({ layers }, index) => ({
  architecture: architectures[index] ?? 'amd64',
  version,
  revision,
  layers,
}))
const sizes = await writeLayout(folder, images)
const notices = await readFile(join(root, 'dist/THIRD_PARTY_NOTICES'), 'utf8')
for (const [index, { node, packages }] of made.entries()) {
  const architecture = architectures[index]
  const subject = { type: 'container', name: 'kubectl-canary-controller' } as const
  const bill = sbom({ subject, version, node, packages, notices })
  await writeFile(join(folder, `sbom-${architecture}.cdx.json`), JSON.stringify(bill))
  const megabytes = ((sizes[index] ?? 0) / 1e6).toFixed(1)
  console.log(`${architecture}: ${megabytes} MB compressed`)
}

function requested(words: readonly string[]): ImageRequest {
  try {
    return imageRequest(words)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(2)
  }
}

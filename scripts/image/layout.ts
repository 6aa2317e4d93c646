/** Images as the Open Container Initiative lays them out in a folder. */
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Entry, tar } from './tar.ts'

export const architectures = ['amd64', 'arm64'] as const
export type Architecture = (typeof architectures)[number]

export interface Image {
  architecture: Architecture
  version: string
  revision: string
  /** From the lowest on; what changes least comes first. */
  layers: readonly (readonly Entry[])[]
}

interface Descriptor {
  mediaType: string
  digest: string
  size: number
}

const media = 'application/vnd.oci.image'

/** Writes images of several architectures under one name; gives the compressed size of each. */
export async function writeLayout(folder: string, images: readonly Image[]): Promise<number[]> {
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true })
  const sizes: number[] = []
  const manifests: object[] = []
  for (const image of images) {
    const { manifest, size } = await writeImage(folder, image)
    const platform = { architecture: image.architecture, os: 'linux' }
    const annotations = { 'org.opencontainers.image.ref.name': image.version }
    manifests.push({ ...manifest, platform, annotations })
    sizes.push(size)
  }
  const index = { schemaVersion: 2, mediaType: `${media}.index.v1+json`, manifests }
  await writeFile(join(folder, 'index.json'), JSON.stringify(index))
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  return sizes
}

async function writeImage(folder: string, { architecture, version, revision, layers }: Image) {
  const blob = async (mediaType: string, data: Buffer): Promise<Descriptor> => {
    const hash = sha256(data)
    await writeFile(join(folder, 'blobs/sha256', hash), data)
    return { mediaType, digest: `sha256:${hash}`, size: data.length }
  }
  const archives = layers.map(tar)
  const descriptors: Descriptor[] = []
  for (const archive of archives)
    descriptors.push(await blob(`${media}.layer.v1.tar+gzip`, gzipSync(archive)))
  const settings = {
    architecture,
    os: 'linux',
    config: configuration(version, revision),
    rootfs: { type: 'layers', diff_ids: archives.map((data) => `sha256:${sha256(data)}`) },
    history: archives.map(() => ({ created_by: 'scripts/image.ts' })),
  }
  const config = await blob(`${media}.config.v1+json`, Buffer.from(JSON.stringify(settings)))
  const mediaType = `${media}.manifest.v1+json`
  const manifest = { schemaVersion: 2, mediaType, config, layers: descriptors }
  const written = await blob(mediaType, Buffer.from(JSON.stringify(manifest)))
  const size = descriptors.reduce((sum, one) => sum + one.size, config.size)
  return { manifest: written, size }
}

/** Not root; started in `/`, where manifests of Flagger look for `./flagger`. */
function configuration(version: string, revision: string) {
  return {
    User: '65534:65534',
    Env: ['PATH=/usr/bin:/bin', 'NODE_ENV=production'],
    Entrypoint: ['./flagger'],
    WorkingDir: '/',
    ExposedPorts: { '8080/tcp': {} },
    Labels: {
      'org.opencontainers.image.title': 'kubectl-canary-controller',
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.revision': revision,
    },
  }
}

function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

/** The image as it is pushed: its size, what is in it, and what it does when it is started. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import pack from '../../package.json' with { type: 'json' }
import { runFolder } from './cluster-test.ts'
import { noContainers, startContainer } from './image.ts'

const run = promisify(execFile)
const root = path.join(import.meta.dirname, '../..')
const imageTest = test.skipIf(noContainers !== undefined || runFolder === '')
let folder: string
let output: string

interface Descriptor {
  digest: string
  size: number
}

beforeAll(async () => {
  if (noContainers !== undefined || runFolder === '') return
  folder = await mkdtemp(path.join(runFolder, 'layout-'))
  await run(process.execPath, [path.join(root, 'scripts/build.ts')], { cwd: root })
  const script = path.join(root, 'scripts/image.ts')
  output = (await run(process.execPath, [script, folder, 'debug'], { cwd: root })).stdout
}, 240_000)
afterAll(async () => {
  if (folder) await rm(folder, { recursive: true })
})

const blobOf = (digest: string) => path.join(folder, 'blobs/sha256', digest.replace('sha256:', ''))
const json = async (file: string) => JSON.parse(await readFile(file, 'utf8'))

async function layers(): Promise<Descriptor[]> {
  const { manifests } = await json(path.join(folder, 'index.json'))
  return (await json(blobOf(manifests[0].digest))).layers
}

/** What the image holds: with a shell, or as it is pushed, without the layer of that. */
async function unpacked({ debug }: { debug: boolean }): Promise<string> {
  const files = path.join(folder, debug ? 'debug' : 'plain')
  await mkdir(files)
  const all = await layers()
  for (const [index, { digest }] of all.entries())
    if (debug || index !== 1) await run('tar', ['-xzf', blobOf(digest), '-C', files])
  return files
}

/** Runs one command in a container; gives its output, whatever becomes of it. */
async function say(files: string, name: string, ...command: string[]): Promise<string> {
  try {
    await using container = await startContainer({ files, folder, name, command })
    await container.ended
    return await container.log()
  } catch (error) {
    return String(error)
  }
}

imageTest('the image is small: at most 70 MB compressed, with a shell too', async () => {
  const sizes = (await layers()).map(({ size }) => size)

  expect(output).toMatch(/^\w+: \d+\.\d MB compressed$/m)
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(70e6)
})

imageTest(
  'the image starts as nobody, with a file system that is read only, and has no shell',
  { timeout: 120_000 },
  async () => {
    const files = await unpacked({ debug: false })

    expect(await say(files, 'version', './flagger', '-version')).toMatch(
      `Flagger version ${pack.version} revision`,
    )
    const who = 'console.log(process.getuid(), process.getgid())'
    expect(await say(files, 'who', 'node', '--eval', who)).toBe('65534 65534\n')
    const write = "require('fs').writeFileSync('/tmp/file', 'x')"
    expect(await say(files, 'write', 'node', '--eval', write)).toContain('EROFS')
    expect(await say(files, 'shell', 'sh', '-c', 'true')).toContain('executable file not found')
  },
)

imageTest('the debug variant has a shell', { timeout: 60_000 }, async () => {
  const files = await unpacked({ debug: true })

  expect(await say(files, 'debug', 'sh', '-c', 'id -u; ls /flagger')).toBe('65534\n/flagger\n')
})

imageTest('the bill of materials names what is in it', async () => {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
  const { components } = await json(path.join(folder, `sbom-${architecture}.cdx.json`))
  const names = components.map(({ name }: { name: string }) => name)

  expect(names).toEqual(expect.arrayContaining(['node', 'libc6', 'libstdc++6', 'undici', 'pino']))
})

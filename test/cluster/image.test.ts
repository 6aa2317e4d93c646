/** The image as it is pushed: its size, what is in it, and what it does when it is started. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
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
  output = (await run(process.execPath, [script, folder, 'amd64', 'arm64', 'debug'], { cwd: root }))
    .stdout
}, 240_000)
afterAll(async () => {
  if (folder) await rm(folder, { recursive: true })
})

const blobOf = (digest: string) => path.join(folder, 'blobs/sha256', digest.replace('sha256:', ''))
const json = async (file: string) => JSON.parse(await readFile(file, 'utf8'))

const here = process.arch === 'arm64' ? 'arm64' : 'amd64'
const elsewhere = here === 'arm64' ? 'amd64' : 'arm64'

interface Manifest extends Descriptor {
  platform: { architecture: string; os: string }
}

const manifests = async (): Promise<Manifest[]> =>
  (await json(path.join(folder, 'index.json'))).manifests

async function layers(architecture: string): Promise<Descriptor[]> {
  const found = (await manifests()).find(({ platform }) => platform.architecture === architecture)
  return (await json(blobOf(found?.digest ?? ''))).layers
}

/** What the image holds: with a shell, or as it is pushed, without the layer of that. */
async function unpacked(architecture: string, { debug }: { debug: boolean }): Promise<string> {
  const files = path.join(folder, `${architecture}-${debug ? 'debug' : 'plain'}`)
  if (existsSync(files)) return files
  await mkdir(files)
  const all = await layers(architecture)
  for (const [index, { digest }] of all.entries())
    if (debug || index !== 1) await run('tar', ['-xzf', blobOf(digest), '-C', files])
  return files
}

interface Said {
  files: string
  name: string
}

/** Runs one command in a container; gives its output, whatever becomes of it. */
async function say(of: Said, ...command: string[]): Promise<string> {
  try {
    await using container = await startContainer({ ...of, folder, command })
    await container.ended
    return await container.log()
  } catch (error) {
    return String(error)
  }
}

imageTest('the image is small: at most 70 MB compressed, with a shell too', async () => {
  expect(output.trim().split('\n')).toEqual([
    expect.stringMatching(/^amd64: \d+\.\d MB compressed$/),
    expect.stringMatching(/^arm64: \d+\.\d MB compressed$/),
  ])
  for (const { platform } of await manifests()) {
    const sizes = (await layers(platform.architecture)).map(({ size }) => size)
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(70e6)
  }
})

/** Which processor a program is for, as its head says. */
const machines = { amd64: 0x3e, arm64: 0xb7 } as const

imageTest('the layout has an image for each architecture, with programs for it', async () => {
  const platforms = (await manifests()).map(({ platform }) => platform)
  expect(platforms).toEqual([
    { architecture: 'amd64', os: 'linux' },
    { architecture: 'arm64', os: 'linux' },
  ])
  for (const architecture of ['amd64', 'arm64'] as const) {
    const files = await unpacked(architecture, { debug: false })
    const program = await readFile(path.join(files, 'usr/bin/node'))
    expect(program.readUInt16LE(18)).toBe(machines[architecture])
  }
})

/** Where programs of the other platform run, by an emulator, there is nothing to be refused. */
const emulators = { amd64: 'qemu-x86_64', arm64: 'qemu-aarch64' } as const
const isEmulated = existsSync(`/proc/sys/fs/binfmt_misc/${emulators[elsewhere]}`)

imageTest('the image for another platform says so, and starts nothing', async ({ skip }) => {
  skip(isEmulated, 'this machine emulates the other platform')
  const files = await unpacked(elsewhere, { debug: false })
  const said = await say({ files, name: 'elsewhere' }, 'node', '--version')

  expect(said).toMatch(/exec format error/i)
  expect(said).not.toMatch(/^v\d/m)
})

imageTest(
  'the image starts as nobody, with a file system that is read only, and has no shell',
  { timeout: 120_000 },
  async () => {
    const files = await unpacked(here, { debug: false })
    const ask = (name: string, ...command: string[]) => say({ files, name }, ...command)

    expect(await ask('version', './flagger', '-version')).toMatch(
      `Flagger version ${pack.version} revision`,
    )
    const who = 'console.log(process.getuid(), process.getgid())'
    expect(await ask('who', 'node', '--eval', who)).toBe('65534 65534\n')
    const write = "require('fs').writeFileSync('/tmp/file', 'x')"
    expect(await ask('write', 'node', '--eval', write)).toContain('EROFS')
    expect(await ask('shell', 'sh', '-c', 'true')).toContain('executable file not found')
  },
)

imageTest('the debug variant has a shell', { timeout: 60_000 }, async () => {
  const files = await unpacked(here, { debug: true })
  const said = await say({ files, name: 'debug' }, 'sh', '-c', 'id -u; ls /flagger')

  expect(said).toBe('65534\n/flagger\n')
})

imageTest.each(['amd64', 'arm64'])(
  'the bill of materials of %s names what is in it',
  async (architecture) => {
    const { components } = await json(path.join(folder, `sbom-${architecture}.cdx.json`))
    const names = components.map(({ name }: { name: string }) => name)

    expect(names).toEqual(expect.arrayContaining(['node', 'libc6', 'libstdc++6', 'undici', 'pino']))
  },
)

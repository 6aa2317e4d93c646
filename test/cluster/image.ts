/** The image, started by a runtime for containers of Debian, as a node of a cluster starts it. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { contents } from '../../scripts/image/contents.ts'
import { tar } from '../../scripts/image/tar.ts'
import { withLock } from './control-plane/lock.ts'
import { type Processes, startProcesses } from './control-plane/processes.ts'

const run = promisify(execFile)
const root = path.join(import.meta.dirname, '../..')

/** Why no container can be started here, as words for a test that is skipped; else undefined. */
export const noContainers =
  process.env.CI === 'true' || spawnSync('runc', ['--version']).status === 0
    ? undefined
    : 'runc is not installed, which starts the image'

/** Fills `folder` with what the image for this machine holds; once, whoever asks. */
export async function unpackImage(folder: string): Promise<string> {
  const files = path.join(folder, 'image')
  await withLock(`${files}.lock`, async () => {
    const isThere = await readFile(`${files}/flagger`).catch(() => undefined)
    if (!isThere) await fill(files)
  })
  return files
}

async function fill(files: string): Promise<void> {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
  // What was bundled before may be older than the sources.
  await run(process.execPath, [path.join(root, 'scripts/build.ts')], { cwd: root })
  await mkdir(files, { recursive: true })
  const { layers } = await contents(root, { architecture, debug: false })
  const archive = `${files}.tar`
  for (const layer of layers) {
    await writeFile(archive, tar(layer))
    await run('tar', ['-xf', archive, '-C', files])
  }
}

export interface Container {
  /** What the process of the container wrote. */
  log(): Promise<string>
  /** Resolves when the container has ended by itself. */
  ended: Promise<void>
  /** Runs a program in the container, as a probe does; rejects when it fails. */
  exec(...command: string[]): Promise<string>
  [Symbol.asyncDispose](): Promise<void>
}

export interface ContainerOptions {
  /** Where the image was unpacked. */
  files: string
  /** For its settings and its log. */
  folder: string
  name: string
  command: readonly string[]
  env?: Readonly<Record<string, string>>
  /** Files of this machine, by the path that they have in the container. */
  mounts?: Readonly<Record<string, string>>
  uid?: number
}

/**
 * Starts a container in the network of this machine: as nobody, without rights of its own, with a
 * file system that is read only. It ends with this process at the latest.
 */
export async function startContainer(options: ContainerOptions): Promise<Container> {
  const { folder, name } = options
  const bundle = path.join(folder, name)
  await mkdir(bundle, { recursive: true })
  await writeFile(path.join(bundle, 'config.json'), JSON.stringify(settings(options)))
  const state = ['--root', path.join(bundle, 'state')]
  const processes: Processes = startProcesses(folder)
  await processes.start(name, 'runc', [...state, 'run', '--bundle', bundle, name])
  return {
    log: () => readFile(path.join(folder, `${name}.log`), 'utf8'),
    ended: processes.ended(name),
    exec: async (...command) => (await run('runc', [...state, 'exec', name, ...command])).stdout,
    async [Symbol.asyncDispose]() {
      await processes.terminate(name)
      await processes.stop()
    },
  }
}

/** As a runtime for containers gets them, with `restricted` rights and no namespace of network. */
function settings({ files, command, env = {}, mounts = {}, uid = 65534 }: ContainerOptions) {
  const variables = { PATH: '/usr/bin:/bin', NODE_ENV: 'production', ...env }
  const bound = Object.entries(mounts).map(([destination, source]) => ({
    destination,
    type: 'bind',
    source,
    options: ['bind', 'ro'],
  }))
  return {
    ociVersion: '1.0.2',
    process: {
      user: { uid, gid: uid },
      args: command,
      env: Object.entries(variables).map(([name, value]) => `${name}=${value}`),
      cwd: '/',
      capabilities: {},
      noNewPrivileges: true,
    },
    root: { path: files, readonly: true },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
      ...bound,
    ],
    linux: {
      namespaces: ['pid', 'ipc', 'uts', 'mount'].map((type) => ({ type })),
    },
  }
}

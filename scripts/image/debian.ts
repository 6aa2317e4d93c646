/** Packages of Debian, taken apart: what Node links to, and for the debug variant a shell. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { partsFolder } from './cache.ts'
import type { Architecture } from './layout.ts'
import type { Entry } from './tar.ts'

const run = promisify(execFile)

/** A package of Debian, unpacked. */
export interface DebianPackage {
  name: string
  version: string
  folder: string
}

const triplets = { amd64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' } as const
const loaders = { amd64: 'lib64/ld-linux-x86-64.so.2', arm64: 'lib/ld-linux-aarch64.so.1' } as const
/** `ldd node` says so; what looks names up is part of libc. */
const libraries: Readonly<Record<string, readonly string[]>> = {
  libc6: ['libc.so.6', 'libm.so.6', 'libdl.so.2', 'libpthread.so.0'],
  'libstdc++6': ['libstdc++.so.6'],
  'libgcc-s1': ['libgcc_s.so.1'],
  libatomic1: ['libatomic.so.1'],
}

/** The packages that Node needs, of the release of Debian that this machine has. */
export async function nodeNeeds(architecture: Architecture): Promise<DebianPackage[]> {
  const packages = await debianPackages(architecture, Object.keys(libraries))
  const compiler = packages.find(({ name }) => name === 'libstdc++6')?.folder ?? ''
  // The libraries of the compiler have their license in another package, to which a link leads.
  const licensed = await readlink(join(compiler, 'usr/share/doc/libstdc++6'))
  return [...packages, ...(await debianPackages(architecture, [licensed]))]
}

/** Packages of any architecture, downloaded and unpacked where the cache lacks them. */
export async function debianPackages(
  architecture: Architecture,
  names: readonly string[],
): Promise<DebianPackage[]> {
  const cache = join(partsFolder(), 'debian', architecture)
  const missing = names.filter((name) => !existsSync(join(cache, 'unpacked', name)))
  if (missing.length > 0) await download(cache, architecture, missing)
  return Promise.all(
    names.map(async (name) => {
      const folder = join(cache, 'unpacked', name)
      const version = (await readFile(join(folder, 'VERSION'), 'utf8')).trim()
      return { name, version, folder }
    }),
  )
}

/** With a state of its own: the machine's packages and architectures stay as they are. */
async function download(
  cache: string,
  architecture: Architecture,
  names: readonly string[],
): Promise<void> {
  for (const part of ['state/lists/partial', 'archives/partial', 'debs', 'unpacked'])
    await mkdir(join(cache, part), { recursive: true })
  const settings = {
    'Dir::State': join(cache, 'state'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': cache,
    'APT::Architecture': architecture,
    'APT::Architectures::': architecture,
    'APT::Sandbox::User': 'root',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  const cwd = join(cache, 'debs')
  await run('apt-get', [...options, 'update'], { cwd, maxBuffer: 1 << 24 })
  await run('apt-get', [...options, 'download', ...names], { cwd })
  for (const name of names) await unpack(cache, name)
}

/** Unpacks beside the cache and renames, so that a folder with the final name is complete. */
async function unpack(cache: string, name: string): Promise<void> {
  const debs = await readdir(join(cache, 'debs'))
  const file = debs.find((one) => one.startsWith(`${name}_`)) ?? ''
  const unfinished = join(cache, `unpacked/${name}.${process.pid}`)
  await run('dpkg-deb', ['-x', join(cache, 'debs', file), unfinished])
  const { stdout } = await run('dpkg-deb', ['-f', join(cache, 'debs', file), 'Version'])
  await writeFile(join(unfinished, 'VERSION'), stdout)
  const final = join(cache, 'unpacked', name)
  await rm(final, { recursive: true, force: true })
  await rename(unfinished, final)
}

/** The loader, the libraries, and the licenses of the packages that they are from. */
export async function libraryFiles(
  architecture: Architecture,
  packages: readonly DebianPackage[],
): Promise<Entry[]> {
  const triplet = triplets[architecture]
  const entries: Entry[] = []
  for (const one of packages) {
    for (const library of libraries[one.name] ?? []) {
      const data = await fileIn(one.folder, library, triplet)
      entries.push({ path: `lib/${triplet}/${library}`, kind: 'file', data, mode: 0o755 })
    }
    entries.push(...(await licenseOf(one)))
  }
  const loader = loaders[architecture]
  const libc = packages.find(({ name }) => name === 'libc6')?.folder ?? ''
  const data = await fileIn(libc, loader.split('/').at(-1) ?? '', triplet)
  return [...entries, { path: loader, kind: 'file', data, mode: 0o755 }]
}

/** Where a library is differs between packages, and links lead on to the file with its version. */
async function fileIn(folder: string, library: string, triplet: string): Promise<Buffer> {
  for (const place of [`lib/${triplet}`, `usr/lib/${triplet}`]) {
    const file = join(folder, place, library)
    const target = await readlink(file).catch(() => undefined)
    const found = await readFile(target ? join(folder, place, target) : file).catch(() => undefined)
    if (found) return found
  }
  throw new Error(`${library} is not in ${folder}`)
}

/** The license of a package; packages of one source leave it to one of them. */
export async function licenseOf({ name, folder }: DebianPackage): Promise<Entry[]> {
  const path = `usr/share/doc/${name}/copyright`
  const data = await readFile(join(folder, path)).catch(() => undefined)
  return data ? [{ path, kind: 'file', data, mode: 0o644 }] : []
}

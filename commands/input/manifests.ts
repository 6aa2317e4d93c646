/** Names found in files, directories, URLs or stdin, for `-f`. */
import { UsageError } from '../../src/errors.ts'
import { shownWorkloads } from '../../src/workloads/shown.gen.ts'
import { exits, Failure } from '../shell/failure.ts'
import type { Session } from '../shell/session.ts'
import { download } from './download.ts'
import { checkName, type Named } from './selection.ts'

interface Manifest {
  apiVersion?: string
  kind?: string
  metadata?: { name?: string; namespace?: string } | null
}

/** Who reads, and how long an address may take; undefined is as long as it likes. */
export type Source = Pick<Session, 'terminal' | 'requestTimeoutMs'>

/** What stands in one file, and where it was read. */
export interface Text {
  from: string
  text: string
}

/** A canary, or a workload that has one, and the namespace that the file gives. */
export interface Mentioned {
  named: Named
  namespace: string | undefined
}

/** Every canary and every possible target in the files; other kinds are left out. */
export async function readManifests(
  files: readonly string[],
  recursive: boolean,
  source: Source,
): Promise<Mentioned[]> {
  const { objectsIn } = await import('./yaml.ts')
  const texts = await readFiles(files, recursive, source)
  // Outside data: what is read of it is looked at field by field.
  const manifests = texts.flatMap(objectsIn) as Manifest[]
  return manifests.flatMap(mentionedIn)
}

function mentionedIn(manifest: Manifest): Mentioned[] {
  const { kind, apiVersion } = manifest
  const { name, namespace } = manifest.metadata ?? {}
  if (!name) return []
  if (kind === 'Canary' && `${apiVersion}`.startsWith('flagger.app/'))
    return [{ named: { kind: 'canary', name: checkName(`${name}`) }, namespace }]
  const target = shownWorkloads.find(
    (one) => one.kind.kind === kind && one.kind.apiVersion === apiVersion,
  )
  // Nearly every application brings Services, which is no sign that they are the target.
  if (!target?.podsOf) return []
  const named: Named = {
    kind: 'target',
    targetKind: target.kind.kind,
    name: checkName(`${name}`),
  }
  return [{ named, namespace }]
}

/** The texts of all of them, in their order; each as `readAll` reads it. */
export async function readFiles(
  files: readonly string[],
  recursive: boolean,
  source: Source,
): Promise<Text[]> {
  return (await Promise.all(files.map((file) => readAll(file, recursive, source)))).flat()
}

/** The text of a file, of stdin, of an address, or of the manifests in a folder. */
async function readAll(
  file: string,
  recursive: boolean,
  { terminal, requestTimeoutMs }: Source,
): Promise<Text[]> {
  if (file === '-') return [{ from: 'stdin', text: await terminal.readStdin() }]
  if (/^https?:\/\//.test(file)) return [await download(file, terminal, requestTimeoutMs)]
  const { readdir, stat } = await import('node:fs/promises')
  const { join } = await import('node:path')
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'does not exist' : `cannot be accessed: ${cause.message}`
    throw new Failure(`error: the path "${file}" ${why}`, { exit: exits.error, cause })
  })
  if (!found.isDirectory()) return [{ from: file, text: await terminal.readFile(file) }]
  const inside = await readdir(file, { recursive, withFileTypes: true })
  const paths = inside
    .filter((entry) => entry.isFile() && /\.(ya?ml|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  if (paths.length === 0)
    throw new UsageError(
      `error reading [${file}]: recognized file extensions are [.json .yaml .yml]`,
    )
  return Promise.all(
    paths.map(async (path) => ({ from: path, text: await terminal.readFile(path) })),
  )
}

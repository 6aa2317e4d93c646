/** The one Canary that is played: of the cluster, or of files. */
import { UsageError } from '../../src/errors.ts'
import type { Manifest } from '../../src/simulation/stage.ts'
import { choose } from '../input/choose.ts'
import { readAll } from '../input/manifests.ts'
import type { Selection } from '../input/selection.ts'
import { readDocuments } from '../linting/documents.ts'
import type { Session } from '../shell/session.ts'
import type { Terminal } from '../shell/terminal.ts'

/** Of files alone; no cluster is asked. Throws UsageError where there is not exactly one. */
export async function inFiles(
  files: readonly string[],
  recursive: boolean,
  terminal: Terminal,
): Promise<Manifest> {
  const source = { terminal, requestTimeoutMs: undefined }
  const texts = await Promise.all(files.map((file) => readAll(file, recursive, source)))
  const found = texts.flat().flatMap(readDocuments)
  return only(found.flatMap(({ value }) => (isCanary(value) ? [value] : [])))
}

/** Rejects where the cluster does not have it. */
export async function inCluster(selection: Selection, session: Session): Promise<Manifest> {
  const found = await choose(selection, session)
  const [failure] = found.flatMap((one) => one.failure ?? [])
  if (failure) throw failure
  return only(found.flatMap(({ resource }) => resource ?? []))
}

function isCanary(value: unknown): value is Manifest {
  // Outside data: what the spec says is read by what parses Canaries.
  const { kind, metadata } = value as { kind?: unknown; metadata?: { name?: unknown } }
  return kind === 'Canary' && typeof metadata?.name === 'string'
}

function only(found: readonly Manifest[]): Manifest {
  const [first, ...more] = found
  if (!first) throw new UsageError('no Canary found: name one, or give its manifest with -f FILE')
  if (more.length === 0) return first
  throw new UsageError(`one Canary is played at a time, and there are ${found.length}: name it`)
}

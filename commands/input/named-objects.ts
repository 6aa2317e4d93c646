/** What files hold, for commands that ask no cluster. */
import type { KubeObject } from '../../src/objects.ts'
import { readDocuments } from '../linting/documents.ts'
import type { Terminal } from '../shell/terminal.ts'
import { readFiles } from './manifests.ts'

/**
 * All that has a kind and a name; what else is in it is outside data, for those who parse it. Rejects
 * with a Failure where a file can't be read, or is no YAML.
 */
export async function namedObjects(
  files: readonly string[],
  recursive: boolean,
  terminal: Terminal,
): Promise<KubeObject[]> {
  const texts = await readFiles(files, recursive, { terminal, requestTimeoutMs: undefined })
  return texts
    .flatMap(readDocuments)
    .map(({ value }) => value)
    .filter(isNamed)
}

function isNamed(value: unknown): value is KubeObject {
  const { kind, metadata } = (value ?? {}) as { kind?: unknown; metadata?: { name?: unknown } }
  return typeof kind === 'string' && typeof metadata?.name === 'string'
}

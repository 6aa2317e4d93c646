/** A program of the user's that compares: that of `kubectl diff`. */
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Compared } from '../../src/diff/promotion.ts'
import { yamlText } from '../output/documents.ts'
import { exits, Failure } from '../shell/failure.ts'

/**
 * Runs it on two folders, LIVE and MERGED, and rejects where it fails. `program` is the value of
 * KUBECTL_EXTERNAL_DIFF; as in kubectl its further words are letters, digits, `-` and `=`.
 */
export async function runExternalDiff(
  program: string,
  compared: readonly Compared[],
): Promise<void> {
  if (compared.length === 0) return
  const folder = await mkdtemp(join(tmpdir(), 'kubectl-canary-diff-'))
  try {
    const [live, merged] = [join(folder, 'LIVE'), join(folder, 'MERGED')]
    await Promise.all([live, merged].map((one) => mkdir(one)))
    for (const { file, before, after } of compared) {
      if (before !== undefined) await writeFile(join(live, file), await yamlText(before))
      await writeFile(join(merged, file), await yamlText(after))
    }
    const [command = '', ...words] = program.split(' ')
    await run(command, [...words.filter((word) => /^[a-zA-Z0-9=-]+$/.test(word)), live, merged])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** 1 says that there are differences. */
async function run(command: string, words: readonly string[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  const child = spawn(command, words, { stdio: 'inherit' })
  child.once('error', reject)
  child.once('exit', resolve)
  const failed = (why: string, cause?: unknown) =>
    new Failure(`error: KUBECTL_EXTERNAL_DIFF: ${command} ${why}`, { exit: exits.error, cause })
  const code = await promise.catch((cause: NodeJS.ErrnoException) => {
    throw failed(cause.code === 'ENOENT' ? 'is not on the PATH' : cause.message, cause)
  })
  if (code !== 0 && code !== 1) throw failed(`ended with ${code ?? 'a signal'}`)
}

/** Files that somebody asked for by a flag. */
import { exits, Failure } from './failure.ts'

/** Rejects with a Failure that names the file. */
export async function writeText(path: string, text: string): Promise<void> {
  const { writeFile } = await import('node:fs/promises')
  await writeFile(path, text).catch((cause: Error) => {
    throw new Failure(`error: ${path} can't be written: ${cause.message}`, {
      exit: exits.error,
      cause,
    })
  })
}

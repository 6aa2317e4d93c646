import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { withLock } from './lock.ts'

/**
 * Makes a folder where it is not there; once, whoever asks. It is made beside its place and then
 * renamed, so that a folder with the final name is always complete. `waiting` hears which process
 * makes it already.
 */
export async function makeOnce(
  folder: string,
  make: (unfinished: string) => Promise<void>,
  waiting: (owner: number) => void,
): Promise<string> {
  if (existsSync(folder)) return folder
  await mkdir(path.dirname(folder), { recursive: true })
  await withLock(`${folder}.lock`, () => makeBeside(folder, make), waiting)
  return folder
}

async function makeBeside(folder: string, make: (at: string) => Promise<void>): Promise<void> {
  if (existsSync(folder)) return
  const unfinished = `${folder}.building-${process.pid}`
  try {
    await mkdir(unfinished)
    await make(unfinished)
    await rename(unfinished, folder)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

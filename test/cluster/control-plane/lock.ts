import { randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'

/**
 * Runs `work` while holding the lock file, so that one process at a time does it. The file holds
 * the process id of its owner; a lock whose owner is gone is taken over (two processes that take
 * over at the same moment may both run `work`, so its result must be put in place atomically).
 * `onWait` is called once, with the owner's process id, when another process is first.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  onWait: (owner: number) => void = () => {},
): Promise<T> {
  await acquire(file, onWait)
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}

async function acquire(file: string, onWait: (owner: number) => void): Promise<void> {
  for (let told = false; !(await create(file)); ) {
    const owner = await ownerOf(file)
    if (owner === undefined) continue
    if (!isAlive(owner)) {
      await rm(file, { force: true })
      continue
    }
    if (!told) onWait(owner)
    told = true
    await wait(500)
  }
}

/**
 * Links a finished file into place, so that a lock is never seen without its owner. That file's
 * name is used once: two calls of one process must not remove each other's.
 */
async function create(file: string): Promise<boolean> {
  const own = `${file}.${randomUUID()}`
  await writeFile(own, String(process.pid))
  try {
    await link(own, file)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await rm(own, { force: true })
  }
}

/** Undefined when the lock was released meanwhile. */
async function ownerOf(file: string): Promise<number | undefined> {
  try {
    return Number(await readFile(file, 'utf8'))
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** True while a process of that id runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isCode(error, 'EPERM')
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

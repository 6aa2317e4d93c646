import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { withLock } from '../../cluster/control-plane/lock.ts'

async function lockFile(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kubectl-canary-lock-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return path.join(folder, 'lock')
}

test('holds the lock during the work, and releases it also when that fails', async () => {
  const file = await lockFile()

  expect(await withLock(file, async () => existsSync(file))).toBe(true)
  expect(existsSync(file)).toBe(false)
  await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(existsSync(file)).toBe(false)
})

test('waits for an owner that lives, and says whom it waits for', async () => {
  const file = await lockFile()
  const order: string[] = []
  const taken = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const waited = Promise.withResolvers<number>()
  const first = withLock(file, async () => {
    taken.resolve()
    await release.promise
    order.push('first')
  })
  await taken.promise
  const second = withLock(file, async () => order.push('second'), waited.resolve)
  expect(await waited.promise).toBe(process.pid)
  release.resolve()
  await Promise.all([first, second])

  expect(order).toEqual(['first', 'second'])
})

test('lets callers of one process that come at the same moment in one after the other', async () => {
  const file = await lockFile()
  let inside = 0
  const work = async () => {
    inside += 1
    await setImmediate()
    expect(inside).toBe(1)
    inside -= 1
    return 'done'
  }

  const all = await Promise.all(Array.from({ length: 3 }, () => withLock(file, work)))
  expect(all).toEqual(['done', 'done', 'done'])
})

test('takes over from an owner that is gone', async () => {
  const file = await lockFile()
  const { pid } = spawnSync(process.execPath, ['--version'])
  writeFileSync(file, String(pid))

  expect(await withLock(file, async () => 'done')).toBe('done')
})

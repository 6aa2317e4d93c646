/** The bundle of the plugin, started as people start it. */
import { execFile } from 'node:child_process'
import { copyFile, cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

const run = promisify(execFile)
const root = path.join(import.meta.dirname, '../..')
let folder: string
let launcher: string
let home: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kubectl-canary-launcher-'))
  const build = path.join(root, 'scripts/build.ts')
  await run(process.execPath, [build, path.join(folder, 'dist'), 'kubectl-canary'])
  await cp(path.join(root, 'bin'), path.join(folder, 'bin'), { recursive: true })
  launcher = path.join(folder, 'bin/kubectl-canary.js')
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(async () => {
  home = await mkdtemp(path.join(folder, 'home-'))
})

const codeOf = (of: string, command: string) =>
  path.join(of, '.cache/kubectl-canary', `${command}.code`)

async function start(words: string[], env: NodeJS.ProcessEnv = { HOME: home }): Promise<string> {
  return (await run(process.execPath, [launcher, ...words], { env })).stdout
}

test('the bundle has no character that takes two bytes', async () => {
  const bytes = await readFile(path.join(folder, 'dist/kubectl-canary.cjs'))
  expect(bytes.some((byte) => byte > 127)).toBe(false)
})

test('a command runs the same from the code that is kept of its first run', async () => {
  const first = await start(['version', '--client'])
  const kept = await readFile(codeOf(home, 'version'))
  expect(await start(['version', '--client'])).toBe(first)
  expect(await readFile(codeOf(home, 'version'))).toEqual(kept)
})

test('code of another bundle is left aside, and replaced', async () => {
  const first = await start(['version', '--client'])
  const kept = await readFile(codeOf(home, 'version'))
  await writeFile(codeOf(home, 'version'), kept.fill('0', 0, 80))
  expect(await start(['version', '--client'])).toBe(first)
  expect((await readFile(codeOf(home, 'version'))).subarray(0, 80)).not.toEqual(
    kept.subarray(0, 80),
  )
})

test('code that was cut off is left aside, and replaced', async () => {
  const first = await start(['version', '--client'])
  const kept = await readFile(codeOf(home, 'version'))
  for (const size of [0, 50, 128, 1_000, kept.length - 1]) {
    await writeFile(codeOf(home, 'version'), kept.subarray(0, size))
    expect(await start(['version', '--client'])).toBe(first)
    expect((await readFile(codeOf(home, 'version'))).length).toBeGreaterThan(kept.length / 2)
  }
})

test('a command that fails keeps no code', async () => {
  await expect(start(['status', '--no-such-flag'])).rejects.toMatchObject({ code: 2 })
  await expect(readdir(path.join(home, '.cache'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('without a folder of their own people start all the same, and nothing is kept', async () => {
  const first = await start(['version', '--client'])
  expect(await start(['version', '--client'], {})).toBe(first)
  const file = path.join(folder, 'a-file')
  await copyFile(path.join(root, 'LICENSE'), file)
  expect(await start(['version', '--client'], { HOME: file })).toBe(first)
})

test('nobody else can put code there', async () => {
  await start(['version', '--client'])
  const { mode } = await stat(path.join(home, '.cache/kubectl-canary'))
  expect(mode & 0o077).toBe(0)
})

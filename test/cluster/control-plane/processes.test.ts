import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { patience } from '../../support/patience.ts'
import { isAlive } from './lock.ts'
import { startProcesses } from './processes.ts'

async function group() {
  const folder = await mkdtemp(path.join(tmpdir(), 'kubectl-canary-processes-'))
  const deaths: string[] = []
  const processes = startProcesses(folder, { onDeath: ({ message }) => deaths.push(message) })
  onTestFinished(async () => {
    await processes.stop()
    await rm(folder, { recursive: true })
  })
  const run = (name: string, script: string, env?: Record<string, string>) =>
    processes.start(name, process.execPath, ['-e', script], env)
  return { ...processes, folder, run, deaths }
}

const forever = 'setInterval(() => {}, 1000)'

test('every process has ended when stop resolves', async () => {
  const { run, check, stop } = await group()
  const pids = [await run('one', forever), await run('two', forever)]
  check()
  expect(pids.filter(isAlive)).toEqual(pids)
  await stop()

  expect(pids.filter(isAlive)).toEqual([])
})

test('what a process started itself ends too', async () => {
  const { run, folder, stop } = await group()
  const script = `console.log(require('child_process')
    .spawn(process.execPath, ['-e', ${JSON.stringify(forever)}]).pid); ${forever}`
  await run('parent', script)
  const log = path.join(folder, 'parent.log')
  const pid = await vi.waitFor(async () => {
    const text = await readFile(log, 'utf8')
    expect(text).toMatch(/^\d+\n/)
    return Number(text)
  }, patience)
  await stop()

  // It counts as alive until the system has reaped it.
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), patience)
})

test('a process that ended is reported with the end of its log', async () => {
  const { run, check } = await group()
  await run('broken', 'console.error(process.env.WHY); process.exit(3)', { WHY: 'no disk' })

  await vi.waitFor(() => expect(check).toThrow(/broken ended \(code 3\):\nno disk/), patience)
})

test('a death that nobody asked for is told at once, and one that was asked for is not', async () => {
  const { run, terminate, stop, deaths } = await group()
  await run('asked', forever)
  await run('stays', forever)
  await terminate('asked')
  await run('broken', 'console.error("no disk"); process.exit(3)')

  const told = [expect.stringMatching(/^broken .*\nno disk/)]
  await vi.waitFor(() => expect(deaths).toEqual(told), patience)
  await stop()
  expect(deaths).toHaveLength(1)
})

test('a program that is not there is reported', async () => {
  const { start } = await group()

  await expect(start('none', '/does/not/exist', [])).rejects.toThrow(/none ended .*ENOENT/)
})

test('a process may finish when it is asked to end', async () => {
  const { run, folder, terminate } = await group()
  const script = `process.on('SIGTERM', () => { console.log('bye'); process.exit() })
    console.log('ready'); ${forever}`
  await run('polite', script)
  const log = path.join(folder, 'polite.log')
  await vi.waitFor(async () => expect(await readFile(log, 'utf8')).toContain('ready'), patience)
  await terminate('polite')

  expect(await readFile(log, 'utf8')).toBe('ready\nbye\n')
})

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'processes end with a parent that gets %s',
  async (signal) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'kubectl-canary-processes-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const module = JSON.stringify(path.join(import.meta.dirname, 'processes.ts'))
    const script = `import { startProcesses } from ${module}
    const processes = startProcesses(${JSON.stringify(folder)})
    console.log(await processes.start('child', process.execPath, ['-e', '${forever}']))`
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script])
    const [output] = (await once(parent.stdout.setEncoding('utf8'), 'data')) as [string]
    expect(isAlive(Number(output))).toBe(true)
    parent.kill(signal)

    await vi.waitFor(() => expect(isAlive(Number(output))).toBe(false), patience)
  },
)

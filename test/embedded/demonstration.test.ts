/** `npm start` while somebody works in another terminal, whose Node may be too old or not there. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'

const run = promisify(execFile)
const root = path.join(import.meta.dirname, '../..')
/** Of a terminal in which nobody has set up anything of this project. */
const bare = { PATH: '/usr/bin:/bin', NO_COLOR: '1' }
const slowly = { timeout: 60_000, interval: 100 }

/** The demonstration, and what it has printed so far. */
function start(...args: string[]) {
  const script = ['scripts/with-node.cjs', 'scripts/start.ts', ...args]
  const child = spawn(process.execPath, script, { cwd: root, env: bare })
  onTestFinished(() => void child.kill())
  const seen = { text: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    seen.text += chunk
  })
  return { child, seen, errors: text(child.stderr), end: once(child, 'exit') }
}

test('an abort ends the story in a sentence, and who did it goes on with the cluster', async () => {
  const { child, seen, errors, end } = start('--keep')
  const prints = (what: RegExp) =>
    vi.waitFor(() => expect(seen.text).toMatch(what), { ...slowly, timeout: 90_000 })
  await prints(/Progressing weight=10/)
  const pasted = seen.text.match(/^ {2}export .*$/gm)?.join('\n')
  const plugin = async (words: string) => {
    const { stdout } = await run('/bin/sh', ['-c', `${pasted}\nkubectl-canary ${words}`], {
      env: bare,
    })
    return stdout
  }
  expect(await plugin('abort podinfo -n test --reason "seen enough"')).toMatch(/ aborted$/m)
  await prints(/The cluster and the controller go on until you press Ctrl-C\.\n$/)
  expect(seen.text).toMatch(
    /\npodinfo is Failed: aborted by .*: seen enough\.\nThe story ends here, since podinfo took another turn\.\n/,
  )
  expect(await plugin('status podinfo -n test')).toContain('seen enough')

  child.kill('SIGINT')
  const [code] = await end
  expect(code).toBe(130)
  expect(await errors).toBe('')
  expect(seen.text).not.toContain('{"')
})

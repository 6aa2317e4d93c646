/**
 * Runs the plugin's command lines one after another in this process, each on a terminal or into a
 * pipe: to start it anew for each of a thousand would take a quarter of an hour. Reads the lines as
 * JSON from stdin, and writes what came of them as JSON.
 */
import { main } from '../../../commands/main.ts'

export interface Line {
  words: string[]
  isTerminal: boolean
}

export interface Written {
  line: Line
  out: string
  err: string
  /** What the exit code would be. */
  code: number
}

/** Commands that go on for ever are interrupted when they have written something. */
const endless = ['watch']
/** And whatever else still waits then. */
const longestMs = 20_000

const programs = { rehearsal: () => import('../../../controller/rehearsal/rehearse.ts') }

const { stdin, stdout, stderr } = process
const write = stdout.write.bind(stdout)
const exit = process.exit.bind(process)

async function read(): Promise<Line[]> {
  let text = ''
  for await (const chunk of stdin.setEncoding('utf8')) text += chunk
  // The test that starts this wrote it.
  return JSON.parse(text) as Line[]
}

async function run(line: Line): Promise<Written> {
  const written = { line, out: '', err: '', code: 0 }
  const into = (stream: 'out' | 'err') => (text: unknown, done?: unknown) => {
    const isFirst = written.out === '' && written.err === ''
    if (isFirst && endless.includes(line.words[0] ?? ''))
      setTimeout(() => process.emit('SIGINT'), 200)
    written[stream] += String(text)
    if (typeof done === 'function') done()
    return true
  }
  const size = { columns: 100, rows: 40, getWindowSize: () => [100, 40] }
  const terminal = { isTTY: line.isTerminal, ...size }
  Object.assign(stdout, { ...terminal, write: into('out') })
  Object.assign(stderr, { ...terminal, write: into('err') })
  process.exitCode = 0
  const longest = setTimeout(() => process.emit('SIGINT'), longestMs)
  await main(line.words, 'kubectl-canary', programs)
  clearTimeout(longest)
  written.code = Number(process.exitCode ?? 0)
  for (const event of ['SIGINT', 'SIGTERM', 'uncaughtException', 'exit'])
    process.removeAllListeners(event)
  return written
}

process.setMaxListeners(0)
Object.assign(process, { exit: () => {} })
const answers: Written[] = []
for (const line of await read()) answers.push(await run(line))
write(JSON.stringify(answers), () => exit(0))

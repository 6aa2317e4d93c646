import { execFile, spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The machine has no Go, so nothing can be built; the message says what to do. */
export class GoMissingError extends Error {
  override readonly name = 'GoMissingError'

  constructor() {
    super('the real cluster is built from source and needs Go 1.26 or newer: put `go` on the PATH')
  }
}

/** Rejects with GoMissingError where the machine has no `go`. */
export async function requireGo(): Promise<void> {
  await goAnswer(['version'], '.')
}

/**
 * Builds one Go package of the module in `folder` into the file `to`, at low priority, because a
 * cold build keeps every core busy for minutes. Rejects with the end of the compiler's output.
 */
export function goBuild(build: {
  folder: string
  package: string
  to: string
  linkerFlags: string
  tags?: string
}): Promise<void> {
  const { linkerFlags, tags = '' } = build
  const flags = ['-trimpath', '-mod=readonly', `-ldflags=-s -w ${linkerFlags}`.trim()]
  if (tags !== '') flags.push(`-tags=${tags}`)
  const child = spawn('go', ['build', ...flags, '-o', build.to, build.package], {
    cwd: build.folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  if (child.pid !== undefined) setPriority(child.pid, 10)
  const output: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text))
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(failure(cause)))
    child.once('close', (code) => {
      if (code === 0) return resolve()
      const end = output.join('').split('\n').slice(-20).join('\n')
      reject(new Error(`go build ${build.package} failed:\n${end}`))
    })
  })
}

/** The folder of a required module of the go.mod in `folder`, downloaded where it is missing. */
export async function requiredModuleFolder(module: string, folder: string): Promise<string> {
  await goAnswer(['mod', 'download', module], folder)
  const { Dir } = JSON.parse(await goAnswer(['list', '-m', '-json', module], folder)) as {
    Dir: string
  }
  return Dir
}

/**
 * The folder of any module, such as `istio.io/api@v1.30.0`, downloaded where it is missing.
 * Rejects when the module proxy does not have it.
 */
export async function moduleFolder(moduleAtVersion: string): Promise<string> {
  const answer = JSON.parse(await goAnswer(['mod', 'download', '-json', moduleAtVersion], '/')) as {
    Dir: string
  }
  return answer.Dir
}

async function goAnswer(args: string[], cwd: string): Promise<string> {
  try {
    return (await run('go', args, { cwd, maxBuffer: 1 << 24 })).stdout
  } catch (cause) {
    throw failure(cause)
  }
}

function failure(cause: unknown): Error {
  if (!(cause instanceof Error)) return new Error(`go failed: ${cause}`)
  if ('code' in cause && cause.code === 'ENOENT') return new GoMissingError()
  // `go mod download -json` says on its output what went wrong.
  const output = 'stdout' in cause ? String(cause.stdout) : ''
  const why = /"Error": "(.*)"/.exec(output)?.[1] ?? cause.message
  return new Error(`go failed: ${why}`, { cause })
}

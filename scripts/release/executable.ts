/** One self-contained executable: Node with the bundle, and what V8 makes of it, inside. */
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { isNative, nodeFor, programName, type Target } from './targets.ts'
import { codeOfCommands } from './warm-up.ts'

const run = promisify(execFile)
const bundles = [
  'kubectl-canary.cjs',
  'kubectl-canary-look.cjs',
  'kubernetes-login.cjs',
  'manifests.cjs',
  'rehearsal.cjs',
  'undici.cjs',
  'yaml.cjs',
]

/**
 * Others of V8's flags would change the code that Node brings compiled: it would be thrown away, and
 * each start take 18 ms more.
 */
const execArgv = [
  '--no-warnings',
  // Else Node reads its list of authorities in a thread as soon as TLS is loaded, also where the
  // kubeconfig names one: 5 ms of a processor. Where it is asked for, src/io/trust.ts reads it.
  '--use-openssl-ca',
  // No garbage is collected before that many MB are used: few commands come to that.
  '--min-semi-space-size=32',
]

/**
 * Makes the executable for a target in `folder` and gives its file. Where this machine can run it,
 * the commands that people look with start from compiled code; others compile what they need. Needs
 * what `npm run build` makes.
 */
export async function makeExecutable(
  root: string,
  target: Target,
  folder: string,
): Promise<string> {
  const base = await nodeFor(root, target)
  const output = join(folder, programName(target))
  await mkdir(folder, { recursive: true })
  const assets = Object.fromEntries(
    await Promise.all(bundles.map(async (name) => [name, await wrapped(root, name, folder)])),
  )
  const make = async (more: Record<string, string>) => {
    await inject({ root, base, output, assets: { ...assets, ...more } })
    if (target.os === 'darwin' && isNative(target)) await run('codesign', ['--sign', '-', output])
  }
  if (!isNative(target)) {
    await make({})
    return output
  }
  await make({ keep: join(root, 'LICENSE') })
  await make(await codeOfCommands(output, folder))
  return output
}

/**
 * A file with a bundle as scripts/release/start.cjs runs it. Put into a function there, its text
 * would be copied twice at each start.
 */
async function wrapped(root: string, name: string, folder: string): Promise<string> {
  const text = await readFile(join(root, 'dist', name), 'latin1')
  const file = join(folder, name)
  const head = '(function (exports, require, module, __filename, __dirname) {'
  await writeFile(file, `${head}${text}\n})`, 'latin1')
  return file
}

interface Injection {
  root: string
  base: string
  output: string
  assets: Record<string, string>
}

async function inject({ root, base, output, assets }: Injection): Promise<void> {
  const config = `${output}.json`
  const settings = {
    main: join(root, 'scripts/release/start.cjs'),
    executable: base,
    output,
    disableExperimentalSEAWarning: true,
    // The bundle is an asset: its code is kept for each command, with the functions that it called.
    useCodeCache: false,
    // Else NODE_OPTIONS of whoever calls it would be applied, and could stop it.
    execArgvExtension: 'none',
    execArgv,
    assets,
  }
  await writeFile(config, JSON.stringify(settings))
  await run(process.execPath, ['--build-sea', config])
}

/** One self-contained executable: Node with the bundle, and what V8 makes of it, inside. */
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { isNative, nodeFor, programName, type Target } from './targets.ts'
import { codeOfCommands } from './warm-up.ts'

const run = promisify(execFile)
const bundles = ['kubectl-canary.cjs', 'kubernetes-login.cjs', 'manifests.cjs', 'rehearsal.cjs']

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
  const assets = Object.fromEntries(bundles.map((name) => [name, join(root, 'dist', name)]))
  const output = join(folder, programName(target))
  await mkdir(folder, { recursive: true })
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
    execArgv: ['--no-warnings'],
    assets,
  }
  await writeFile(config, JSON.stringify(settings))
  await run(process.execPath, ['--build-sea', config])
}

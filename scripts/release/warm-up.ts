/** Runs an executable's commands once, to keep what V8 compiled for each of them. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startTlsFront } from '../../bench/support/tls-front.ts'
import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { canaryObject } from '../../test/support/canary-object.ts'

const run = promisify(execFile)

/** `look` and `others` serve all commands of their bundle that have no code of their own. */
const commands = {
  list: ['list'],
  status: ['status', 'podinfo'],
  version: ['version'],
  complete: ['__complete', 'status', ''],
  look: ['history', 'podinfo'],
  others: ['explain', 'podinfo'],
}

/**
 * The files with the code, by the names that scripts/release/start.cjs asks for. The executable
 * must be one that keeps its code.
 */
export async function codeOfCommands(
  executable: string,
  folder: string,
): Promise<Record<string, string>> {
  const sandbox = await startSandbox()
  const front = await startTlsFront(sandbox.kubeconfig)
  try {
    const phase = { phase: 'Initialized', lastAppliedSpec: 'v2:6c9d7f' } as const
    sandbox.store.create(canaryObject({ namespace: 'default', status: phase }))
    const code: Record<string, string> = {}
    for (const [name, words] of Object.entries(commands)) {
      const file = join(folder, `${name}.code`)
      const env = { ...process.env, KUBECONFIG: front.kubeconfigPath, CANARY_CODE: file }
      await run(executable, words, { env })
      code[`${name}.code`] = file
    }
    return code
  } finally {
    await front.close()
    await sandbox.close()
  }
}

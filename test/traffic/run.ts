/**
 * Runs the tests with real traffic: builds what they need where the cache does not have it, which
 * takes the network, and starts them in a namespace that has none.
 * usage: node test/traffic/run.ts [ARGUMENTS OF VITEST]
 */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { buildPrograms } from '../cluster/control-plane/build.ts'
import { buildTraefik } from '../cluster/control-plane/traefik.ts'
import { definitionsOf } from '../cluster/provider-crds.ts'
import { inNewNamespace, lackingForNamespace } from './network.ts'

async function main(args: readonly string[]): Promise<number> {
  const lacks = lackingForNamespace()
  if (lacks !== undefined) {
    console.error(lacks)
    return 1
  }
  await buildPrograms(console.error)
  await buildTraefik(console.error)
  await definitionsOf(['gateway api', 'traefik'])

  const config = path.join(import.meta.dirname, 'vitest.config.ts')
  const [program = '', ...rest] = inNewNamespace(['vitest', 'run', '--config', config, ...args])
  // Nothing in there reaches a proxy of modules, and Go need not try.
  const env = { ...process.env, GOPROXY: 'off' }
  return spawnSync(program, rest, { stdio: 'inherit', env }).status ?? 1
}

process.exitCode = await main(process.argv.slice(2))

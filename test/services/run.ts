/**
 * Runs the tests of the judge's counts on Thanos too, which is built where the cache does not have
 * it: five minutes of a processor. Mimir joins where MIMIR names its program.
 * usage: node test/services/run.ts [ARGUMENTS OF VITEST]
 */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { buildThanos } from '../cluster/control-plane/thanos.ts'

const thanos = process.env.THANOS ?? (await buildThanos(console.error))
const config = path.join(import.meta.dirname, 'vitest.config.ts')
const args = ['run', '--config', config, 'judge-counts', ...process.argv.slice(2)]
const env = { ...process.env, THANOS: thanos }
process.exitCode = spawnSync('vitest', args, { stdio: 'inherit', env }).status ?? 1

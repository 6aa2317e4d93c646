/**
 * Builds the control plane, or runs one until it is interrupted.
 * usage: node test/cluster/control-plane/main.ts build
 *        node test/cluster/control-plane/main.ts up [DIR]
 * The environment says which: KUBERNETES_VERSION=1.34; KUBECTL_CANARY_CACHE=FOLDER.
 */
import { once } from 'node:events'
import path from 'node:path'
import { buildPrograms } from './build.ts'
import { startControlPlane } from './control-plane.ts'
import { buildHelm } from './helm.ts'
import { buildKrew } from './krew.ts'
import { buildReaders } from './readers.ts'
import { buildTraefik } from './traefik.ts'

async function main([verb, dir]: readonly string[]): Promise<number> {
  if (verb === 'build') {
    const programs = await buildPrograms(console.error)
    await buildHelm(console.error)
    await buildKrew(console.error)
    await buildReaders(console.error)
    await buildTraefik(console.error)
    console.log(path.dirname(programs.stages))
    return 0
  }
  if (verb === 'up') {
    await runUntilInterrupted(dir)
    return 0
  }
  console.error('usage: node test/cluster/control-plane/main.ts build | up [DIR]')
  return 2
}

async function runUntilInterrupted(dir: string | undefined): Promise<void> {
  const options = dir === undefined ? {} : { dir: path.resolve(dir) }
  const controlPlane = await startControlPlane({ ...options, log: console.error })
  console.log(`export KUBECONFIG=${controlPlane.adminKubeconfig}`)
  const keepAlive = setInterval(() => {}, 60_000)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  clearInterval(keepAlive)
  await controlPlane.stop()
}

process.exitCode = await main(process.argv.slice(2))

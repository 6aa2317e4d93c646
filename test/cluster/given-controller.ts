import path from 'node:path'
import { onTestFinished } from 'vitest'
import { startStub } from '../conformance/stub.ts'
import { controllerKubeconfig, runFolder } from './cluster-test.ts'
import { freePorts } from './control-plane/ports.ts'
import { startProcesses } from './control-plane/processes.ts'

const program = path.join(import.meta.dirname, '../support/controller.ts')

/** Starts a controller for one namespace, whose metrics are all well, until the end of the test. */
export async function givenController(namespace: string, what: string): Promise<void> {
  const stub = await startStub({ metrics: { '.*': 100 }, hooks: {} })
  const processes = startProcesses(runFolder)
  onTestFinished(async () => {
    await processes.stop()
    await stub.close()
  })
  const [port] = await freePorts(1)
  await processes.start(`${what}-${namespace}`, process.execPath, [
    program,
    `-kubeconfig=${controllerKubeconfig}`,
    `-namespace=${namespace}`,
    `-metrics-server=${stub.url}`,
    `-port=${port}`,
    '-minimum-analysis-interval=1s',
    '-allowed-addresses=127.0.0.0/8',
  ])
}

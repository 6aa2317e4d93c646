/**
 * The scenarios of `test/scenarios` on the real cluster: the same rollouts as on the embedded one,
 * with the controller under its own service account and the rights of `deploy/cluster`.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect } from 'vitest'
import { runScenario } from '../conformance/harness.ts'
import { readScenarios } from '../scenarios/scenario.ts'
import { adminKubeconfig, clusterTest, controllerKubeconfig, runFolder } from './cluster-test.ts'

const controller = path.join(import.meta.dirname, '../support/controller.ts')

/** What can't be had here, and where it is tested instead. */
const elsewhere: Readonly<Record<string, string>> = {
  deadline: 'the nodes of this cluster start every image; the recording k8s-deadline has no node',
}

const scenarios = readScenarios().filter(({ name }) => !(name in elsewhere))

describe.concurrent('a whole rollout', () => {
  clusterTest.for(scenarios.map((scenario) => [scenario.about, scenario] as const))(
    '%s',
    { timeout: 180_000 },
    async ([, scenario], { expect: expectHere }) => {
      const logFolder = path.join(runFolder, 'rollouts')
      const { error } = await runScenario(scenario, {
        kubeconfig: adminKubeconfig,
        controllerKubeconfig,
        command: [process.execPath, controller],
        logFolder,
        timeoutSeconds: 60,
      })

      const log = readFileSync(path.join(logFolder, scenario.name, 'controller.log'), 'utf8')
      expectHere(error === undefined ? '' : `${error}\n${log.slice(-6_000)}`).toBe('')
      expectHere(log).not.toContain('"defect"')
    },
  )
})

clusterTest('every exception names a scenario', () => {
  const names = readScenarios().map(({ name }) => name)
  expect(Object.keys(elsewhere).filter((name) => !names.includes(name))).toEqual([])
})

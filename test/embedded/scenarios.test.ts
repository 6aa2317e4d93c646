/**
 * The scenarios of `test/scenarios`, with the controller as a process, on the embedded cluster: its
 * data plane leads users by what the controller wrote, and the metric is what they received.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runScenario } from '../conformance/harness.ts'
import type { ObjectState } from '../conformance/recording.ts'
import { readScenarios } from '../scenarios/scenario.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { controllerCommand } from './support/controller.ts'
import { startUsers, type Users } from './support/users.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster({ brokenImages: ['broken'] })
})
afterAll(() => cluster.close())

describe.concurrent('a whole rollout', () => {
  test.each(readScenarios().map((scenario) => [scenario.about, scenario] as const))(
    '%s',
    { timeout: 300_000 },
    async (_about, scenario) => {
      const logFolder = path.join(cluster.folder, 'logs')
      let users: Users | undefined
      const { error, states } = await runScenario(scenario, {
        kubeconfig: cluster.kubeconfig,
        command: controllerCommand,
        logFolder,
        timeoutSeconds: 60,
        settleMs: 0,
        measuredBy(of) {
          users = startUsers(cluster.store, of)
          return users.measured
        },
      }).finally(() => users?.stop())

      const log = readFileSync(path.join(logFolder, scenario.name, 'controller.log'), 'utf8')
      expect(error === undefined ? '' : `${error}\n${log.slice(-6_000)}`).toBe('')
      expect(log).not.toContain('"defect"')
      const routes = states['VirtualService/podinfo'] ?? []
      expect(routes.length).toBeGreaterThan(0)
      for (const state of routes) expect([0, 100]).toContain(sum(state))
      // Whatever becomes of the new version, those on the old one notice nothing.
      const failedAt = users?.tallies().flatMap((tally) => Object.keys(tally.failedAt)) ?? []
      expect(failedAt.filter((service) => service.endsWith('-primary'))).toEqual([])
    },
  )
})

interface VirtualService {
  spec: { http?: { route?: { weight?: number }[] }[] }
}

/** Weights of the first rule; 0 where somebody took them away. */
function sum(state: ObjectState): number {
  if (state === null) return 0
  const { spec } = state as unknown as VirtualService
  const [rule] = spec.http ?? []
  return (rule?.route ?? []).reduce((total, { weight = 0 }) => total + weight, 0)
}

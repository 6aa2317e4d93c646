/**
 * Every recording of Flagger, replayed with the controller as a process of its own against the
 * embedded cluster, at a hurried pace.
 */
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compareRecordings } from '../conformance/comparison.ts'
import { unlisted } from '../conformance/differences.ts'
import { runScenario } from '../conformance/harness.ts'
import { readRecordings, scenarioOf } from '../conformance/recording.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { controllerCommand } from './support/controller.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const recordings = readRecordings(path.join(import.meta.dirname, '../conformance/recordings'))

describe.concurrent('a recording of Flagger is reproduced', () => {
  test.each(recordings.map((recording) => [recording.name, recording] as const))(
    '%s',
    { timeout: 180_000 },
    async (name, reference) => {
      const candidate = await runScenario(scenarioOf(reference), {
        kubeconfig: cluster.kubeconfig,
        command: controllerCommand,
        logFolder: path.join(cluster.folder, 'logs'),
        timeoutSeconds: 60,
        fast: true,
      })

      const found = unlisted(name, compareRecordings(reference, candidate))
      expect(found).toEqual({ unexpected: [], outdated: [] })
    },
  )
})

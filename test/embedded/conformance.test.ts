/**
 * Every recording of Flagger, replayed with the controller as a process of its own against the
 * embedded cluster, at a hurried pace.
 */
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compareRecordings } from '../conformance/comparison.ts'
import { runScenario } from '../conformance/harness.ts'
import { readRecordings, scenarioOf } from '../conformance/recording.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { controllerCommand } from './support/controller.ts'

/**
 * Where this controller differs from a recording on purpose; what else differs is a failure, and
 * so is an entry that does not hold any more. `test/conformance/differences.md` has the rest, what
 * no recording shows.
 */
const differences: readonly { recording: string; difference: RegExp; reason: string }[] = []

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
      const expected = differences.filter(({ recording }) => recording === name)
      const candidate = await runScenario(scenarioOf(reference), {
        kubeconfig: cluster.kubeconfig,
        command: controllerCommand,
        logFolder: path.join(cluster.folder, 'logs'),
        timeoutSeconds: 60,
        fast: true,
      })

      const found = compareRecordings(reference, candidate)

      expect(found.filter((text) => !expected.some((one) => one.difference.test(text)))).toEqual([])
      expect(expected.filter((one) => !found.some((text) => one.difference.test(text)))).toEqual([])
    },
  )
})

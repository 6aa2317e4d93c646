/** The same requests to the embedded server and to a real one: the answers have to be the same. */
import { beforeAll, describe } from 'vitest'
import { adminKubeconfig, clusterTest } from '../cluster/cluster-test.ts'
import { readKubeconfig } from '../cluster/control-plane/kubeconfig.ts'
import { type EmbeddedCluster, startCluster } from '../embedded/support/cluster.ts'
import { clientOf, type Send } from './client.ts'
import { answerDifferences, differences } from './differences.ts'
import { play, type Sequence } from './sequence.ts'
import { sequences } from './sequences.ts'

let embedded: EmbeddedCluster
let real: Send
let ours: Send

beforeAll(async () => {
  if (adminKubeconfig === '') return
  embedded = await startCluster()
  real = clientOf(await readKubeconfig(adminKubeconfig))
  ours = clientOf({ server: embedded.server.url })
  return () => embedded.close()
})

async function both(sequence: Sequence, namespace: string) {
  await ours({
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { metadata: { name: namespace } },
  })
  const [want, got] = await Promise.all([
    play(sequence, real, namespace),
    play(sequence, ours, namespace),
  ])
  return { want, got }
}

describe.concurrent('the embedded server answers like a real one', () => {
  clusterTest.for(sequences.map((sequence) => [sequence.name, sequence] as const))(
    '%s',
    { timeout: 240_000 },
    async ([name, sequence], { namespace, expect }) => {
      const { want, got } = await both(sequence, namespace)

      const found = want.flatMap((told, step) =>
        answerDifferences(told.answer, got[step]?.answer).map(
          (text) => `${step}: ${text} [${told.request}]`,
        ),
      )
      const listed = differences.filter((one) => one.sequence === name)
      expect(found.filter((text) => !listed.some((one) => one.difference.test(text)))).toEqual([])
      expect(listed.filter((one) => !found.some((text) => one.difference.test(text)))).toEqual([])
    },
  )
})

clusterTest('a version that the server has forgotten', async ({ expect }) => {
  const forgetful = await startCluster({ historySize: 5 })
  const told = async (send: Send) => {
    const path = '/apis/flagger.app/v1beta1/canaries?watch=1&timeoutSeconds=1&resourceVersion=1'
    const answer = await send({ method: 'GET', path })
    return JSON.stringify(answer).replace(/\(\d+\)/, '(<version>)')
  }
  try {
    expect(await told(clientOf({ server: forgetful.server.url }))).toBe(await told(real))
  } finally {
    await forgetful.close()
  }
})

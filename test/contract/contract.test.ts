/** The same requests to the embedded server and to a real one: the answers have to be the same. */
import fc from 'fast-check'
import { beforeAll, describe } from 'vitest'
import { adminKubeconfig, clusterTest } from '../cluster/cluster-test.ts'
import { readKubeconfig } from '../cluster/control-plane/kubeconfig.ts'
import { type EmbeddedCluster, startCluster } from '../embedded/support/cluster.ts'
import { clientOf, type Send } from './client.ts'
import { answerDifferences, differences } from './differences.ts'
import { history, stepsOf } from './generated.ts'
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

type Told = Awaited<ReturnType<typeof play>>

/** Each difference as one line: step, what differs, request. */
function compared(want: Told, got: Told): string[] {
  return want.flatMap((told, step) =>
    answerDifferences(told.answer, got[step]?.answer).map(
      (text) => `${step}: ${text} [${told.request}]`,
    ),
  )
}

/** The real server has the namespace already. */
async function addNamespace(name: string): Promise<void> {
  await ours({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } })
}

async function both(sequence: Sequence, namespace: string) {
  await addNamespace(namespace)
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

      const found = compared(want, got)
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

/** Another one finds other histories: CONTRACT_SEED=7 npm run test:cluster */
const seed = Number(process.env.CONTRACT_SEED ?? 1)

clusterTest(
  'histories made by chance are the same on both servers',
  { timeout: 240_000 },
  async ({ namespace }) => {
    await addNamespace(namespace)
    const listed = differences.filter(({ sequence }) => sequence === 'by chance')
    let run = 0
    const property = fc.asyncProperty(history, async (acts) => {
      run += 1
      const sequence = { name: 'by chance', steps: stepsOf(acts, run) }
      const [want, got] = [
        await play(sequence, real, namespace),
        await play(sequence, ours, namespace),
      ]
      const found = compared(want, got)
      const unlisted = found.filter((text) => !listed.some((one) => one.difference.test(text)))
      if (unlisted.length > 0) throw new Error(unlisted.join('\n'))
    })
    await fc.assert(property, { seed, numRuns: 60 })
  },
)

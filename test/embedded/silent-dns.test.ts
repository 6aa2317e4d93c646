/** A team whose names nobody answers for holds up, and rolls back, no other. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout, patience } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const typeA = 1

/** A DNS server that knows all names of this domain, at 127.0.0.1, and is silent about others. */
async function givenDns(domain: string) {
  const silent = new Set<string>()
  const server = createSocket('udp4')
  server.on('message', (question, { port, address }) => {
    const { name, end } = nameIn(question)
    if (!name.endsWith(domain)) return void silent.add(name)
    const isA = question.readUInt16BE(end) === typeA
    server.send(answerTo(question.subarray(0, end + 4), isA), port, address)
  })
  await once(server.bind(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  return { address: `127.0.0.1:${server.address().port}`, silent }
}

function nameIn(question: Buffer): { name: string; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 }
}

/** With one address that holds for a second; of other types there is none. */
function answerTo(asked: Buffer, hasAddress: boolean): Buffer {
  const head = Buffer.from(asked)
  head.writeUInt16BE(0x8180, 2)
  head.writeUInt16BE(hasAddress ? 1 : 0, 6)
  head.writeUInt32BE(0, 8)
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1])
  return hasAddress ? Buffer.concat([head, record]) : head
}

const canaries = 6
const hooksOfEach = 10

test('sixty hooks to names that no server answers for fail no check of another namespace', async () => {
  const dns = await givenDns('.victim.test')
  const outside = await givenOutside({ metrics: { '.*': 100 } })
  const { port } = new URL(outside.url)
  const hostile = Array.from({ length: canaries }, (_, at) =>
    givenRollout(cluster, {
      ...{ namespace: 'hostile', name: `hostile-${at}` },
      spec: {
        analysis: {
          ...{ interval: '200ms', threshold: 1_000 },
          webhooks: Array.from({ length: hooksOfEach }, (_, hook) => ({
            ...{ name: `hook-${hook}`, type: 'event', timeout: '30s' },
            url: `http://silent-${at}-${hook}.hostile.test/`,
          })),
        },
      },
    }),
  )
  const preload = pathToFileURL(path.join(import.meta.dirname, 'support/dns-servers.ts')).href
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: ['-metrics-server=http://127.0.0.1:1'],
    env: { NODE_OPTIONS: `--import=${preload}`, TEST_DNS_SERVERS: dns.address },
  })
  for (const rollout of hostile) await rollout.reaches({ phase: 'Initialized' })
  for (const rollout of hostile) rollout.setImage('podinfo:6.0.1')
  await expect.poll(() => dns.silent.size, patience).toBeGreaterThanOrEqual(8)

  // Its name is asked for the first time now.
  const victim = givenRollout(cluster, {
    namespace: 'victim',
    spec: {
      metricsServer: `http://prometheus.victim.test:${port}`,
      analysis: {
        // A single check that fails would roll back.
        ...{ interval: '200ms', threshold: 1, stepWeight: 20, maxWeight: 60 },
        metrics: [{ name: 'request-success-rate', thresholdRange: { min: 99 } }],
      },
    },
  })
  await victim.reaches({ phase: 'Initialized' })
  victim.setImage('podinfo:6.0.1')
  await victim.reaches({ phase: 'Succeeded' })

  expect(outside.requests.length).toBeGreaterThan(1)
  expect(victim.events().filter((event) => event.startsWith('Warning'))).toEqual([])
  expect(await controller.end()).toBe(0)
})

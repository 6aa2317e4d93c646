/**
 * What the judge costs: a look at ten metrics, and as many canaries judged as checked by a range, on
 * one controller after the other. Fails where a look takes more than 0.2 ms, where judged canaries
 * cost more than 1.3 times the processor time, or where the metric server is asked more than once
 * for a metric and look. Usage: node bench/judge.ts [--canaries 500]
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { fold, noEvidence } from '../src/judge/evidence.ts'
import { priorDispersion } from '../src/judge/plan.ts'
import { verdictOf } from '../src/judge/verdict.ts'
import { refOf } from '../src/objects.ts'
import { startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { occasion, table } from './support/numbers.ts'
import { canaryOf, deployment, names, namespace } from './support/workloads.ts'

const { values } = parseArgs({ options: { canaries: { type: 'string', default: '500' } } })
const count = Number(values.canaries)
const mostMs = 0.2
const mostTimes = 1.3
const withinMs = 900_000

/** A healthy service, by whatever question: the value of a range, or counts of both versions. */
let [asked, histories] = [0, 0]
const sample = (labels: object, value: number) => ({ metric: labels, value: [1, `${value}`] })
const counts = { canary_bad: 0, canary_all: 30_000, primary_bad: 500, primary_all: 100_000 }
const named = Object.entries(counts).map(([n, value]) => sample({ n }, value))
const server = createServer((request, response) => {
  const url = request.url ?? ''
  if (url.includes('query_range')) histories += 1
  else asked += 1
  const result = url.includes('query_range')
    ? []
    : url.includes('label_replace')
      ? named
      : [sample({}, 100)]
  response.end(JSON.stringify({ status: 'success', data: { result } }))
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo

/** Processor time of a look at ten metrics, in the middle of a run. */
function lookMs(): number {
  const plan = {
    ...{ ratio: 2, ignoreBelow: 0.001, falseRollback: 0.01, missed: 0.05, objective: 0.01 },
    ...{ scheduledLooks: 10, plannedLooks: 60, dispersion: priorDispersion, usual: 0.005 },
    ...{ require: 'Ratio' as const, compareTo: 'Primary' as const },
  }
  const look = {
    seconds: 60,
    canary: { bad: 6, all: 1_200 },
    primary: { bad: 24, all: 4_800 },
  }
  const metrics = Array.from({ length: 9 }, (_, at) => ({
    name: `${at}`,
    plan,
    evidence: noEvidence(plan),
  }))
  const first = { name: 'first', plan, evidence: noEvidence(plan) }
  const rounds = 5_000
  const before = process.cpuUsage()
  for (let round = 0; round < rounds; round++) {
    for (const one of [first, ...metrics]) one.evidence = fold(one.evidence, look, plan)
    verdictOf([first, ...metrics])
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000 / rounds
}

const metrics = [{ name: 'request-success-rate', interval: '1m', thresholdRange: { min: 99 } }]
const analysis = { interval: '10s', threshold: 5, stepWeight: 20, maxWeight: 80, metrics }

/** Processor time of the controller for one rollout of all, and how often metrics were asked. */
async function rolledOut(
  judge: object,
): Promise<{ cpuMs: number; questions: number; past: number }> {
  const all = names(1, count)
  const cluster = await startCluster('embedded')
  const controller = await startController(
    `-kubeconfig=${cluster.kubeconfigPath}`,
    '-mesh-provider=istio',
    `-namespace=${namespace}`,
    `-metrics-server=http://127.0.0.1:${port}`,
  )
  try {
    await Promise.all(all.map((name) => cluster.kube.create(deployment(name))))
    const spec = { provider: 'istio', analysis: { ...analysis, ...judge } }
    await Promise.all(all.map((name) => cluster.kube.create(canaryOf(name, spec))))
    await cluster.allReach(all, 'Initialized', withinMs)
    const before = await controller.usage()
    const [questions, past] = [asked, histories]
    await Promise.all(
      all.map((name) => {
        const { template } = deployment(name, 'app:2').spec
        return cluster.kube.patch(refOf(deployment(name)), { spec: { template } })
      }),
    )
    await cluster.allReach(all, 'Progressing', withinMs)
    await cluster.allReach(all, 'Succeeded', withinMs)
    const { cpuMs } = await controller.usage()
    return { cpuMs: cpuMs - before.cpuMs, questions: asked - questions, past: histories - past }
  } finally {
    await controller.stop()
    await cluster.close()
  }
}

const look = lookMs()
const ranged = await rolledOut({})
const judged = await rolledOut({ judge: {} })
server.close()
const times = judged.cpuMs / ranged.cpuMs
const each = (of: number) => (of / count).toFixed(1)
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
process.stdout.write(`${count} canaries on the embedded cluster (${occasion()})\n\n`)
process.stdout.write(
  `${table([
    ['', 'measured', 'at most'],
    ['a look at ten metrics', `${look.toFixed(4)} ms`, `${mostMs} ms`],
    ['rollouts by ranges, processor time', seconds(ranged.cpuMs), ''],
    ['the same, judged', `${seconds(judged.cpuMs)}, × ${times.toFixed(2)}`, `× ${mostTimes}`],
    ['questions of a rollout by ranges', each(ranged.questions), ''],
    ['the same, judged', each(judged.questions), each(ranged.questions)],
    ['and of its history', each(judged.past), '2'],
  ])}\n`,
)
const isAsked = judged.questions <= ranged.questions && judged.past <= 2 * count
if (look > mostMs || times > mostTimes || !isAsked) process.exitCode = 1

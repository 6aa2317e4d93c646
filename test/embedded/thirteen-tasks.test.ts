/**
 * The thirteen tasks of an on-call engineer as docs/operations.md shows them: each command is run on
 * a whole controller, and must print what the page says.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { runPlugin } from '../commands/support/cluster.ts'
import { startStub } from '../conformance/stub.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenRollout, type Rollout } from './support/rollout.ts'

vi.setConfig({ testTimeout: 300_000 })

const looking = ['list', 'status', 'history']
const slowly = { timeout: 150_000, interval: 1_000 }

interface Task {
  words: string[]
  printed: string
}

const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8')

test('each of the thirteen tasks is done by its command, which prints what the page shows', async () => {
  const tasks = tasksOf(page)
  expect(tasks).toHaveLength(14)
  const { cluster, refund, run } = await night()
  const pause = tasks.find(({ words }) => words[0] === 'pause')
  await run(pause?.words ?? [])
  for (const { words, printed } of tasks) {
    if (words[0] === 'pause') await run(['resume', 'refund', '-n', 'pay'])
    if (words.includes('--full')) await refund.reaches({ phase: 'Progressing', canaryWeight: 10 })
    const beside = words.includes('--full') ? hurry() : undefined
    const isOnlyLooking = looking.includes(words[0] ?? '')
    // Some of it comes with time, such as that a target is missing for a minute.
    if (isOnlyLooking)
      await expect.poll(async () => told(await run(words)), slowly).toBe(told(printed))
    else expect(told(await run(words)), words.join(' ')).toBe(told(printed))
    await beside
  }

  /** Nobody waits an hour for the traffic to have left. */
  async function hurry() {
    await refund.reaches({ phase: 'Finalising' })
    const ref = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: 'pay' }
    const spec = { analysis: { interval: '1s' } }
    cluster.store.patch({ ...ref, name: 'refund' }, { spec }, { type: 'merge' })
  }
})

/** The commands of the section, with what each printed. */
function tasksOf(text: string): Task[] {
  const [, section = ''] = text.split('## Thirteen tasks\n')
  const [own = ''] = section.split('\n## ')
  return [...own.matchAll(/```text\n(.*?)```/gs)].flatMap(([, block = '']) =>
    block
      .split(/^\$ kubectl canary /m)
      .slice(1)
      .map((task) => {
        const [line = '', ...rest] = task.split('\n')
        const words = line.match(/'[^']*'|\S+/g) ?? []
        return { words: words.map((word) => word.replaceAll("'", '')), printed: rest.join('\n') }
      }),
  )
}

/** Without times, ages, generated names, and the widths of columns that depend on them. */
function told(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?Z/g, '<date>')
    .replace(/\b(\d+[dhms])+\b/g, '<time>')
    .replace(/\b([a-z]+)-[0-9a-f]{6,}-[a-z0-9]{5}\b/g, '$1-<pod>')
    .replace(/revision [0-9a-f]{8}/g, 'revision <hash>')
    .replace(/\(last 1 of \d+\)/g, '(the last)')
    .replace(/\s+/g, ' ')
    .trim()
}

interface Night {
  cluster: EmbeddedCluster
  refund: Rollout
  /** Runs the plugin on a terminal of 100 columns, in the namespace `shop`. */
  run(words: string[]): Promise<string>
}

/** Ten canaries of which nine need somebody, as at the beginning of a night. */
async function night(): Promise<Night> {
  const cluster = await startCluster({ brokenImages: ['nosuch'] })
  onTestFinished(() => cluster.close())
  const kubeconfig = path.join(cluster.folder, 'shop')
  const { server } = cluster
  writeFileSync(kubeconfig, server.kubeconfig.replace('namespace: default', 'namespace: shop'))
  const shut = { status: 403, text: 'not approved: change CHG-2041 is open' }
  const stub = await startStub({
    metrics: {
      'requests_total(.|\n)*"ledger"': 'error',
      'requests_total(.|\n)*"checkout"': 68.75,
      requests_total: 100,
      '.*': 95,
    },
    hooks: { change: shut },
  })
  onTestFinished(() => stub.close())
  await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-metrics-server=${stub.url}`],
  })
  const gate = (type: string) => ({
    webhooks: [{ name: 'change approval', type, url: `${stub.url}/change` }],
  })
  const given = (name: string, namespace: string, analysis: object, more: object = {}) =>
    givenRollout(cluster, {
      name,
      namespace,
      spec: { analysis: { ...base, ...analysis }, ...more },
    })

  const help = given('help', 'web', {})
  const news = given('news', 'web', {
    metrics: [{ name: 'error-rate', interval: '1m', thresholdRange: { max: 1 } }],
  })
  const invoice = given('invoice', 'pay', {}, { progressDeadlineSeconds: 5 })
  const ledger = given('ledger', 'pay', {})
  const refund = given('refund', 'pay', { interval: '1h' })
  const fraud = given('fraud', 'pay', { interval: '1h' })
  const cart = given('cart', 'shop', { stepWeight: 25, ...gate('confirm-promotion') })
  const catalog = given('catalog', 'shop', { interval: '10s', ...gate('confirm-rollout') })
  const checkout = given('checkout', 'shop', {})
  const search = given('search', 'shop', { interval: '10s' }, { progressDeadlineSeconds: 600 })
  const all = [help, news, invoice, ledger, refund, fraud, cart, catalog, checkout, search]
  await Promise.all(all.map((one) => one.reaches({ phase: 'Initialized' })))
  // Times are whole seconds: what is said in that of the last step counts as said before it.
  await setTimeout(1_100)

  cluster.store.delete({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: 'web',
    name: 'help',
  })
  for (const one of [ledger, refund, fraud, cart, catalog, checkout]) one.setImage('podinfo:6.0.1')
  for (const one of [invoice, search]) one.setImage('registry.example.org/podinfo:nosuch')
  await Promise.all([
    help.hears(/"help" not found/),
    news.hears(/error-rate is not a built-in metric/),
    ...[invoice, ledger, checkout].map((one) => one.reaches({ phase: 'Failed' })),
    ...[refund, fraud].map((one) => one.reaches({ phase: 'Progressing', canaryWeight: 10 })),
    cart.reaches({ phase: 'WaitingPromotion' }),
    catalog.reaches({ phase: 'Waiting' }),
    search.hears(/search.shop not ready/),
  ])
  const run = async (words: string[]) => {
    const { stdout, stderr } = await runPlugin(words, kubeconfig, { columns: 100 })
    return stdout + stderr
  }
  return { cluster, refund, run }
}

const base = {
  interval: '1s',
  threshold: 3,
  stepWeight: 10,
  maxWeight: 50,
  metrics: [
    { name: 'request-success-rate', interval: '1m', thresholdRange: { min: 99 } },
    { name: 'request-duration', interval: '1m', thresholdRange: { max: 500 } },
  ],
}

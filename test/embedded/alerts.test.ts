/** Alerts: each happening is told once, in the thread of its run, whatever becomes of the process. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenRollout } from './support/rollout.ts'
import { givenServer } from './support/servers.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

/** A busy machine needs half a minute to start a process, and this starts four. */
const timeout = 400_000
const patience = { timeout: 90_000, interval: 20 }

interface Message {
  channel: string
  thread_ts?: string
  reply_broadcast?: boolean
  attachments: [{ text: string; fields: { title: string; value: string }[] }]
}

/** Slack as a bot sees it; `isDown` may be changed. */
async function givenSlack() {
  const messages: Message[] = []
  const tokens = new Set<string | undefined>()
  const slack = { isDown: false, messages, tokens, url: '' }
  slack.url = await givenServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      if (slack.isDown) return response.writeHead(503).end()
      tokens.add(request.headers.authorization)
      messages.push(JSON.parse(body) as Message)
      const answer = { ok: true, channel: 'C0123', ts: `17.${messages.length}` }
      return response.end(JSON.stringify(answer))
    })
  })
  return slack
}

function givenReceiver(namespace: string, url: string): void {
  const values = { token: 'xoxb-of-tests', address: `${url}/api/chat.postMessage` }
  const data = Object.entries(values).map(([key, value]) => [key, btoa(value)])
  cluster.store.create({
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: 'bot' } },
    data: Object.fromEntries(data),
  })
  cluster.store.create({
    ...{ apiVersion: 'flagger.app/v1beta1', kind: 'AlertProvider' },
    metadata: { namespace, name: 'chat' },
    spec: { type: 'slack', channel: 'releases', secretRef: { name: 'bot' } },
  })
}

test('a happening is told once, in the thread of its run, over three processes', {
  timeout,
}, async () => {
  const namespace = 'told-once'
  const slack = await givenSlack()
  const rollout = givenRollout(cluster, {
    namespace,
    spec: {
      analysis: {
        ...{ interval: '200ms', threshold: 5, stepWeight: 50, maxWeight: 50, metrics: [] },
        webhooks: [{ name: 'people', type: 'confirm-promotion', url: '' }],
        alerts: [{ name: 'chat', providerRef: { name: 'chat' } }],
      },
    },
  })
  givenReceiver(namespace, slack.url)
  const flags = [`-namespace=${namespace}`, '-gate-url=https://ops.example/{{ name }}/{{ gate }}']
  const start = () => startController({ kubeconfig: cluster.kubeconfig, flags })
  const texts = () => slack.messages.map(({ attachments: [{ text }] }) => text)
  const canary = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: 'podinfo' }
  const gate = (value: string | null) =>
    cluster.store.patch(
      canary,
      { metadata: { annotations: { 'flagger.app/gate.people': value } } },
      { type: 'merge' },
    )
  const said = [
    'New Deployment detected, initialization completed.',
    'New revision detected, progressing canary analysis.',
    'Canary promotion is waiting for approval.',
  ]

  const first = await start()
  await rollout.reaches({ phase: 'Initialized' })
  rollout.setImage('podinfo:6.0.1')
  await expect.poll(texts, patience).toEqual(said)
  await expect.poll(() => rollout.canary()?.status?.alerting?.unsent, patience).toBeUndefined()
  await first.end('SIGKILL')

  slack.isDown = true
  const second = await start()
  gate('open')
  await rollout.reaches({ phase: 'Succeeded' })
  expect(rollout.canary()?.status?.alerting?.unsent).toMatchObject([{ occasion: 'succeeded' }])
  await second.end('SIGKILL')

  slack.isDown = false
  const third = await start()
  const promoted = 'Canary analysis completed successfully, promotion finished.'
  await expect.poll(texts, patience).toEqual([...said, promoted])
  await third.end('SIGTERM')
  expect(rollout.canary()?.status?.alerting?.unsent).toBeUndefined()

  gate(null)
  await start()
  rollout.setImage('podinfo:6.0.2')
  await expect.poll(texts, patience).toEqual([...said, promoted, said[1], said[2]])

  const [, begun, waits, done, next, waitsAgain] = slack.messages
  expect(begun).toMatchObject({ channel: 'releases' })
  expect(begun).not.toHaveProperty('thread_ts')
  expect(waits).toMatchObject({ channel: 'C0123', thread_ts: '17.2', reply_broadcast: true })
  expect(waits?.attachments[0].fields).toMatchObject([
    { title: 'Gate', value: 'people' },
    { title: 'Open it', value: 'kubectl canary promote podinfo -n told-once' },
    { title: 'Link', value: 'https://ops.example/podinfo/people' },
  ])
  expect(done).toMatchObject({ thread_ts: '17.2' })
  expect(done?.attachments[0].fields.map(({ title }) => title)).toContain('Happened at')
  expect(next).not.toHaveProperty('thread_ts')
  expect(waitsAgain).toMatchObject({ thread_ts: '17.5' })
  expect([...slack.tokens]).toEqual(['Bearer xoxb-of-tests'])
})

import { expect, test } from 'vitest'
import { type AskingDeps, callHooks, runCheck } from '../../../../controller/asking/check.ts'
import { ProviderError } from '../../../../src/errors.ts'
import { silent } from '../../../../src/io/log.ts'
import { checksum } from '../../../../src/webhooks/checksum.ts'
import { observation } from '../../../support/observation.ts'
import { parsedCanary } from '../../../support/parsed-canary.ts'
import { hurriedClock } from '../../io/fake-clock.ts'

const snapshot = { find: () => undefined }
const effect = {
  kind: 'call',
  type: 'post-rollout',
  phase: 'Succeeded',
  eventPhase: 'Succeeded',
} as const

const unexpected = () => Promise.reject(new Error('nobody is to be asked this'))

/** Asks the outside by this alone. */
function depsWith(
  http: AskingDeps['http'],
  { dryRun = false, signal = new AbortController().signal } = {},
): AskingDeps {
  return {
    settings: {
      ...{ dryRun, hookMethods: ['POST'], noCrossNamespaceRefs: false },
      defaults: { meshProvider: 'istio', metricsServer: '' },
      sharing: { isRequired: false, home: '' },
    },
    ...{ http, log: silent, clock: hurriedClock(), signal, credentials: unexpected },
    metrics: { analysis: () => {}, judged: () => {} },
    kube: { raw: unexpected },
    cache: { get: () => undefined },
    contents: { read: unexpected },
    breath: async () => {},
  }
}

/** Calls two hooks after a run; each is answered by the next of these, or fails with it. */
async function called(answers: (number | Error)[], { ends = false, body = 'no' } = {}) {
  const hook = (name: string) => ({ name, type: 'post-rollout', url: `http://${name}/` })
  const canary = parsedCanary({ webhooks: [hook('one'), hook('two')] })
  const end = new AbortController()
  const told: string[] = []
  const asked: string[] = []
  const http: AskingDeps['http'] = async ({ url }) => {
    const answer = answers[asked.length] ?? 200
    asked.push(url)
    if (ends) end.abort()
    if (answer instanceof Error) throw answer
    return { status: answer, headers: {}, body }
  }
  const event = (_canary: unknown, { message }: { message: string }) => void told.push(message)
  await callHooks(effect, canary, { ...depsWith(http, { signal: end.signal }), teller: { event } })
  return { told, asked }
}

test('hooks after a run are called in order, and each is told', async () => {
  expect(await called([200, 204])).toEqual({
    asked: ['http://one/', 'http://two/'],
    told: ['Post-rollout check one passed', 'Post-rollout check two passed'],
  })
})

test('the first hook after a run that fails is the last', async () => {
  expect(await called([403])).toEqual({
    asked: ['http://one/'],
    told: ['Post-rollout hook one failed no'],
  })
})

test.each(['', 'no\n', 'no such gate'])(
  'the event about a refusal ends with the answer %j',
  async (body) => {
    expect((await called([403], { body })).told).toEqual([`Post-rollout hook one failed ${body}`])
  },
)

test('a process that ends in the middle of a hook goes on to say what was decided', async () => {
  const givenUp = new ProviderError('POST http://one: given up')
  expect(await called([givenUp], { ends: true })).toEqual({ asked: ['http://one/'], told: [] })
})

test('the gate before a run hears the checksum of what waits for it', async () => {
  const type = 'confirm-rollout'
  const seen = observation({
    canary: { analysis: { webhooks: [{ name: 'gate', type, url: 'http://gate/' }] } },
    workload: { revision: 'v2:green', configs: { 'configmap/a': '1' } },
  })
  const bodies: string[] = []
  const deps = depsWith(async ({ body = '' }) => {
    bodies.push(body)
    return { status: 200, headers: {}, body: '' }
  })
  await runCheck({ kind: 'hooks', type, phase: 'Initialized' }, { seen, snapshot }, deps)

  const waits = checksum({ lastAppliedSpec: 'v2:green', trackedConfigs: { 'configmap/a': '1' } })
  expect(bodies.map((body) => JSON.parse(body))).toMatchObject([{ checksum: waits }])
})

const sceneWith = (analysis: object) => ({
  seen: { ...observation(), canary: parsedCanary(analysis, 'http://prometheus') },
  snapshot,
})

const unasked = new ProviderError('POST http://one: the name could not be looked up', {
  isOurs: true,
})

/** The verdict of a run's check whose one request ends so. */
function verdictOf(kind: 'metrics' | 'rollout' | 'rollback' | 'confirm-promotion', error: Error) {
  const analysis = {
    metrics: [{ name: 'errors', query: 'up' }],
    webhooks: kind === 'metrics' ? [] : [{ name: 'one', type: kind, url: 'http://one/' }],
  }
  const check =
    kind === 'metrics'
      ? ({ kind: 'metrics' } as const)
      : ({ kind: 'hooks', type: kind, phase: 'Progressing' } as const)
  return runCheck(
    check,
    sceneWith(analysis),
    depsWith(() => Promise.reject(error)),
  )
}

test.each(['metrics', 'rollout'] as const)(
  'what the process itself could not ask is no failed check: %s',
  async (kind) => {
    expect(await verdictOf(kind, unasked)).toMatchObject({
      outcome: 'undecided',
      why: expect.stringContaining('could not be asked'),
      events: [],
      results: [],
    })
    expect(await verdictOf(kind, new ProviderError('no such host'))).toMatchObject({
      outcome: 'failed',
    })
  },
)

test('a gate that could not be asked stays shut, and a rollback hook rolls nothing back', async () => {
  for (const kind of ['confirm-promotion', 'rollback'] as const)
    expect(await verdictOf(kind, unasked)).toMatchObject({ outcome: 'failed' })
})

/** Deps that answer each request like this, and keep what was asked. */
function answering(answer: { status: number; body: string } | Error, { dryRun = false } = {}) {
  const asked: string[] = []
  const deps = depsWith(
    async ({ url }) => {
      asked.push(url)
      if (answer instanceof Error) throw answer
      return { headers: {}, ...answer }
    },
    { dryRun },
  )
  return { asked, deps }
}

test('a dry run calls no hook: checks pass, and nobody asked for a rollback', async () => {
  const { asked, deps } = answering({ status: 500, body: '' }, { dryRun: true })
  for (const type of ['rollout', 'rollback'] as const) {
    const scene = sceneWith({ webhooks: [{ name: 'one', type, url: 'http://one/' }] })
    const { outcome } = await runCheck({ kind: 'hooks', type, phase: 'Progressing' }, scene, deps)
    expect(outcome).toBe(type === 'rollout' ? 'passed' : 'failed')
  }
  expect(asked).toEqual([])
})

const one = JSON.stringify({
  ...{ status: 'success', data: { resultType: 'vector', result: [{ value: [1, '1'] }] } },
})

test.each([
  [{ status: 200, body: one }, 'passed', 'Normal', /^all the metrics providers are available!$/],
  [
    new ProviderError('connection refused'),
    'failed',
    'Warning',
    /^Error checking metric providers: prometheus not avaiable: .*connection refused/,
  ],
] as const)(
  'metric providers are asked before the first run: %j',
  async (answer, outcome, type, text) => {
    const { asked, deps } = answering(answer)
    const scene = sceneWith({
      metrics: [{ name: 'request-success-rate', thresholdRange: { min: 99 } }],
    })
    expect(await runCheck({ kind: 'providers' }, scene, deps)).toMatchObject({
      outcome,
      events: [{ type, message: expect.stringMatching(text) }],
    })
    expect(asked).toHaveLength(1)
  },
)

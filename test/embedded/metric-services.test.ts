/** Several metric services in one analysis, each by its own credentials, through a whole rollout. */
import { generateKeyPairSync } from 'node:crypto'
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

/** CloudWatch, Google with its token server, and Prometheus at one address; what was asked of each. */
async function givenServices() {
  const asked: { path: string; authorization: string; body: string }[] = []
  let errors = 1
  const answers: Record<string, () => object> = {
    '/': () => ({ MetricDataResults: [{ Id: 'errors', Values: [errors] }] }),
    '/token': () => ({ access_token: 'token-of-google', expires_in: 3600 }),
    '/v3/projects/shop/timeSeries:query': () => ({
      timeSeriesData: [{ pointData: [{ values: [{ int64Value: '42' }] }] }],
    }),
    '/api/v1/query': () => ({ data: { result: [] } }),
  }
  const url = await givenServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      const [path = ''] = (request.url ?? '').split('?')
      asked.push({ path, authorization: request.headers.authorization ?? '', body })
      response.end(JSON.stringify(answers[path]?.() ?? {}))
    })
  })
  const of = (path: string) => asked.filter((one) => one.path === path)
  const setErrors = (count: number) => {
    errors = count
  }
  return { url, of, setErrors }
}

function givenTemplates(namespace: string, url: string) {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const key = {
    type: 'service_account',
    client_email: 'canary@shop.iam.gserviceaccount.com',
    private_key: privateKey,
    token_uri: `${url}/token`,
  }
  const secrets: Record<string, Record<string, string>> = {
    aws: { aws_access_key_id: 'AKIDOFTHESHOP', aws_secret_access_key: 'key-of-aws' },
    google: { project: 'shop', serviceAccountKey: JSON.stringify(key) },
  }
  for (const [name, values] of Object.entries(secrets)) {
    const data = Object.entries(values).map(([at, value]) => [at, btoa(value)])
    const metadata = { name, namespace }
    cluster.store.create({
      ...{ apiVersion: 'v1', kind: 'Secret', metadata },
      data: Object.fromEntries(data),
    })
  }
  const template = (name: string, provider: object, query: string) =>
    cluster.store.create({
      ...{ apiVersion: 'flagger.app/v1beta1', kind: 'MetricTemplate' },
      metadata: { name, namespace },
      spec: { provider, query },
    })
  const aws = { region: 'eu-west-1', secretRef: { name: 'aws' } }
  template('errors', { type: 'cloudwatch', address: url, ...aws }, '[{"id":"errors"}]')
  const google = { secretRef: { name: 'google' } }
  template('orders', { type: 'stackdriver', address: url, ...google }, 'fetch orders')
  template('reviews', { type: 'prometheus', address: url }, 'reviews')
}

const metric = (name: string, of: object = {}) => ({ name, templateRef: { name }, ...of })

test('values of all services are in the status, and the run ends as they say', async () => {
  const namespace = 'services'
  const { url, of, setErrors } = await givenServices()
  const rollout = givenRollout(cluster, {
    namespace,
    spec: {
      analysis: {
        interval: '200ms',
        threshold: 20,
        consecutiveThreshold: 2,
        stepWeight: 2,
        maxWeight: 90,
        metrics: [
          metric('errors', { thresholdRange: { max: 5 } }),
          metric('orders', { thresholdRange: { min: 40 } }),
          metric('reviews', { thresholdRange: { min: 1 }, noData: 'pass' }),
        ],
      },
    },
  })
  givenTemplates(namespace, url)
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`],
  })
  await rollout.hears(/Initialization done/)
  rollout.setImage('podinfo:6.0.1')
  await rollout.hears(/Advance podinfo.services canary weight 6$/m)
  expect(rollout.canary()?.status?.canaryAnalysis?.checks).toMatchObject([
    { name: 'errors', ok: true, value: 1, max: 5, window: '1m', failed: 0 },
    { name: 'orders', ok: true, value: 42, min: 40, failed: 0 },
    { name: 'reviews', ok: true, min: 1, failed: 0 },
  ])

  setErrors(7)
  await rollout.reaches({ phase: 'Failed' })
  await rollout.hears(/threshold of failed checks in a row reached 2$/m)
  expect(rollout.canary()?.status?.history?.[0]?.checks).toMatchObject([
    { name: 'errors', ok: false, value: 7, max: 5, failed: 2 },
  ])

  expect(of('/')[0]?.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDOFTHESHOP\/\d{8}\/eu-west-1\/monitoring\/aws4_request/,
  )
  const google = of('/v3/projects/shop/timeSeries:query').at(-1)
  expect(google).toMatchObject({
    authorization: 'Bearer token-of-google',
    body: '{"query":"fetch orders"}',
  })
  // Fetched once, for many checks.
  expect(of('/token')).toHaveLength(1)
  const told = [controller.output(), ...rollout.events(), JSON.stringify(rollout.canary()?.status)]
  expect(told.join('\n')).not.toMatch(/token-of-google|key-of-aws|BEGIN PRIVATE KEY/)
})

test('a run waits where it is until there were enough requests to judge by', async () => {
  const namespace = 'quiet'
  let requests = '5'
  const url = await givenServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://of').searchParams.get('query')
    const value = query === 'requests' ? requests : '50'
    response.end(JSON.stringify({ data: { result: [{ value: [1, value] }] } }))
  })
  const errors = {
    ...{ name: 'errors', query: 'errors', requestsQuery: 'requests', minRequests: 100 },
    thresholdRange: { max: 5 },
  }
  const rollout = givenRollout(cluster, {
    namespace,
    spec: { metricsServer: url, analysis: { interval: '200ms', threshold: 1, metrics: [errors] } },
  })
  await startController({ kubeconfig: cluster.kubeconfig, flags: [`-namespace=${namespace}`] })
  await rollout.hears(/Initialization done/)
  rollout.setImage('podinfo:6.0.1')

  const why = 'errors is undecided: fewer than 100 requests in 1m'
  await rollout.hears(new RegExp(`Hold podinfo.quiet advancement, undecided: ${why}$`, 'm'))
  await rollout.reaches({ phase: 'Progressing', failedChecks: 0, canaryAnalysis: { reason: why } })
  expect(rollout.canary()?.status?.canaryWeight).toBe(20)

  requests = '500'
  await rollout.reaches({ phase: 'Failed' })
  await rollout.hears(/Halt podinfo.quiet advancement errors 50.00 > 5$/m)
})

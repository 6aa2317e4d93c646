/** The load tester asks the real API server whose token a hook comes with. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { parseLoadTesterConfig } from '../../controller/load-tester/config.ts'
import { startLoadTester } from '../../controller/load-tester/main.ts'
import { adminKubeconfig, clusterTest } from './cluster-test.ts'
import type { Api } from './control-plane/api.ts'
import { readKubeconfig } from './control-plane/kubeconfig.ts'

const patience = { timeout: 90_000, interval: 500 }
const rbac = '/apis/rbac.authorization.k8s.io/v1'

/** A token as the kubelet asks for it. */
async function tokenOf(api: Api, namespace: string, name: string): Promise<string> {
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`
  await api.request('POST', accounts, { metadata: { name } })
  const { status } = await api.request<{ status: { token: string } }>(
    'POST',
    `${accounts}/${name}/token`,
    { spec: { expirationSeconds: 600 } },
  )
  return status.token
}

/** With the account that the chart gives it, by `auth.tokenReview`. */
async function givenTester(api: Api, namespace: string) {
  const token = await tokenOf(api, namespace, 'tester')
  const binding = `${namespace}-tester`
  await api.request('POST', `${rbac}/clusterrolebindings`, {
    metadata: { name: binding },
    roleRef: {
      ...{ apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole' },
      name: 'system:auth-delegator',
    },
    subjects: [{ kind: 'ServiceAccount', namespace, name: 'tester' }],
  })
  const folder = await mkdtemp(join(tmpdir(), 'account-'))
  const { server, ca = '' } = await readKubeconfig(adminKubeconfig)
  await writeFile(join(folder, 'token'), token)
  await writeFile(join(folder, 'ca.crt'), ca)
  const { hostname, port } = new URL(server)
  const problems: string[] = []
  const note = () => {}
  const tester = await startLoadTester(parseLoadTesterConfig(['-port=0', '-token-review']), {
    log: { debug: note, info: note, warn: note, error: (_, text) => void problems.push(text) },
    env: { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port },
    accountFolder: folder,
  })
  onTestFinished(async () => {
    await tester.close()
    await rm(folder, { recursive: true, force: true })
    await api.request('DELETE', `${rbac}/clusterrolebindings/${binding}`)
  })
  /** A test for a canary of this namespace, asked for with this token. */
  const ask = async (bearer: string, of = namespace) => {
    const answer = await fetch(`http://127.0.0.1:${tester.port}/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}` },
      body: JSON.stringify({
        ...{ name: 'podinfo', namespace: of },
        metadata: { type: 'bash', cmd: 'echo was run', returnCmdOutput: 'true' },
      }),
    })
    return { status: answer.status, body: await answer.text() }
  }
  // The server takes a moment to know of the binding.
  await expect.poll(async () => (await ask(token)).status, patience).toBe(200)
  problems.length = 0
  return { ask, problems }
}

clusterTest(
  'an account has programs run for its namespace, a stranger and a made-up token have none',
  { timeout: 300_000 },
  async ({ api, namespace }) => {
    const { ask, problems } = await givenTester(api, namespace)
    const controller = await tokenOf(api, namespace, 'team')
    expect(await ask(controller)).toEqual({ status: 200, body: 'was run\n' })

    const elsewhere = await ask(controller, 'default')
    expect(elsewhere.status).toBe(401)
    expect(elsewhere.body).toContain(`the account team.${namespace} may ask for its own namespace`)

    const [head, body] = controller.split('.')
    for (const token of ['made-up', `${head}.${body}.c2lnbmVk`])
      expect((await ask(token)).status).toBe(401)
    expect(problems).toEqual([])
  },
)

clusterTest(
  'an account that is deleted has nothing run any more once what was said of it is old',
  { timeout: 300_000 },
  async ({ api, namespace }) => {
    const { ask } = await givenTester(api, namespace)
    const gone = await tokenOf(api, namespace, 'gone')
    await api.request('DELETE', `/api/v1/namespaces/${namespace}/serviceaccounts/gone`)
    await expect.poll(async () => (await ask(gone)).status, patience).toBe(401)
  },
)

/** What the first look at a canary costs the API server, until its primary serves. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenRollout } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

/** Of one canary, among others that are there already, with its events. */
const mostRequests = 12

const ingress = (name: string, namespace: string) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { namespace, name },
  spec: {
    rules: [
      {
        host: 'shop.example',
        http: {
          paths: [
            {
              path: '/',
              pathType: 'Prefix',
              backend: { service: { name, port: { number: 9898 } } },
            },
          ],
        },
      },
    ],
  },
})

test.each(['kubernetes', 'istio', 'nginx', 'skipper'])(
  'a canary of %s is set up with few requests, none of which finds nothing',
  async (provider) => {
    const namespace = `set-up-${provider}`
    const add = (name: string) => {
      const needsIngress = provider === 'nginx' || provider === 'skipper'
      const ingressRef = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name }
      const rollout = givenRollout(cluster, {
        namespace,
        name,
        spec: { provider, ...(needsIngress && { ingressRef }) },
      })
      if (needsIngress) cluster.store.create(ingress(name, namespace))
      return rollout
    }
    const first = add('first')
    const controller = await startController({
      kubeconfig: cluster.kubeconfig,
      flags: [`-namespace=${namespace}`, '-metrics-server=http://127.0.0.1:1'],
    })
    await first.reaches({ phase: 'Initialized' })
    cluster.server.requests.reset()

    const second = add('second')
    await second.reaches({ phase: 'Initialized' })
    await second.hears(/Initialization done/)
    await controller.end('SIGTERM')

    const asked = cluster.server.requests
      .log()
      .filter(({ verb, namespace: of }) => of === namespace && !/^(list|watch)$/.test(verb))
      .filter(({ resource }) => resource !== 'events')
      .map(({ verb, resource, subresource, name }) =>
        [verb, resource, subresource, name].filter(Boolean).join(' '),
      )
    // What users made is asked for where the news of it came after the Canary, and nothing else.
    const others = asked.filter(
      (request) => !/^get (deployments.apps|ingresses\S*) second$/.test(request),
    )
    expect(others.filter((request) => request.startsWith('get'))).toEqual([])
    const all = [...others, ...second.events()]
    // Or where a write met that of the cluster's own controllers, and was made once more.
    const excused = asked.length - others.length
    expect(all.length, all.join('\n')).toBeLessThanOrEqual(mostRequests + excused)
  },
)

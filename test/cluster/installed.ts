/** A controller that was installed: what a node would start, started by the image. */
import { chmod, mkdtemp } from 'node:fs/promises'
import path from 'node:path'
import { expect, vi } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { adminKubeconfig, runFolder } from './cluster-test.ts'
import type { Api } from './control-plane/api.ts'
import { readKubeconfig } from './control-plane/kubeconfig.ts'
import { freePorts } from './control-plane/ports.ts'
import { writeServiceAccountKubeconfig } from './control-plane/service-account.ts'
import { type Container, startContainer, unpackImage } from './image.ts'
import { podinfo } from './podinfo.ts'

interface ControllerDeployment extends KubeObject {
  spec: {
    template: {
      spec: { serviceAccountName: string; containers: [{ args: string[] }] }
    }
  }
}

export interface Installed {
  container: Container
  port: number
}

/**
 * Starts what an installed Deployment asks for: its account, its arguments, the image. `kubeconfig`
 * is that of an administrator; absent, of the cluster that all tests share, where others are at work:
 * there it keeps to one namespace, and so does its lease.
 */
export async function startInstalled(
  api: Api,
  of: { namespace: string; name: string; lookAfter: string; kubeconfig?: string },
): Promise<Installed> {
  const { namespace, name, lookAfter } = of
  const deployment = await api.request<ControllerDeployment>(
    'GET',
    `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
  )
  const { serviceAccountName, containers } = deployment.spec.template.spec
  const args = containers[0].args.map((arg) => arg.replace('$(POD_NAMESPACE)', namespace))
  const account = { namespace, name: serviceAccountName }
  const access = await readKubeconfig(of.kubeconfig ?? adminKubeconfig)
  // Accounts of this name are on other clusters too, and their tests use theirs.
  const folder = await mkdtemp(path.join(runFolder, `installed-${lookAfter}-`))
  const kubeconfig = await writeServiceAccountKubeconfig(api, access, { account, folder })
  // The container's user is nobody.
  await chmod(kubeconfig, 0o644)
  const [port = 0] = await freePorts(1)
  const own = ['-kubeconfig=/kubeconfig', `-port=${port}`, '-minimum-analysis-interval=1s']
  if (of.kubeconfig === undefined) own.push(`-namespace=${lookAfter}`)
  const container = await startContainer({
    files: await unpackImage(runFolder),
    folder: runFolder,
    name: `controller-${namespace}-${lookAfter}`,
    command: ['./flagger', ...args, ...own, '-mesh-provider=kubernetes'],
    mounts: { '/kubeconfig': kubeconfig },
    uid: 10001,
  })
  return { container, port }
}

const patience = { timeout: 90_000, interval: 250 }
const canary = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'podinfo' },
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
    service: { port: 9898 },
    analysis: { interval: '1s', threshold: 1, iterations: 1 },
  },
}

/** A canary from its beginning to the promotion of its second version. */
export async function promoteCanary(api: Api, namespace: string): Promise<void> {
  const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`
  const canaries = `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries`
  await api.request('POST', deployments, podinfo)
  await api.request('POST', canaries, canary)
  const reaches = (phase: string) =>
    vi.waitFor(
      async () =>
        expect(await api.request('GET', `${canaries}/podinfo`)).toMatchObject({
          status: { phase },
        }),
      patience,
    )
  await reaches('Initialized')
  const containers = [{ name: 'podinfod', image: 'podinfo:2' }]
  const change = { spec: { template: { spec: { containers } } } }
  const type = 'application/strategic-merge-patch+json'
  await api.request('PATCH', `${deployments}/podinfo`, change, type)
  await reaches('Succeeded')
  expect(await api.request('GET', `${deployments}/podinfo-primary`)).toMatchObject({
    spec: { template: { spec: { containers } } },
  })
}

/** A cluster whose pods are processes, with a real Traefik before it, and Prometheus beside it. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { TestProject } from 'vitest/node'
import { type Api, connect } from '../cluster/control-plane/api.ts'
import { type ControlPlane, startControlPlane } from '../cluster/control-plane/control-plane.ts'
import { type Processes, startProcesses } from '../cluster/control-plane/processes.ts'
import { buildTraefik } from '../cluster/control-plane/traefik.ts'
import { installCrds } from '../cluster/crds.ts'
import { installController } from '../cluster/installation.ts'
import { definitionsOf } from '../cluster/provider-crds.ts'
import { startKubelet } from './kubelet.ts'
import { entrance, prometheusAddress, requireNamespace, traefikMetrics } from './network.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    adminKubeconfig: string
  }
}

const folder = path.join(import.meta.dirname, '../../.cache/traffic')
const controller = path.join(import.meta.dirname, '../support/controller.ts')
const startMs = 120_000

/** Starts all of it; the function that it gives ends all of it. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  requireNamespace()
  await rm(folder, { recursive: true, force: true })
  await mkdir(path.join(folder, 'pods'), { recursive: true })
  const controlPlane = await startControlPlane({ dir: folder, simulatesNode: false, log })
  const pods = startProcesses(path.join(folder, 'pods'))
  const programs = startProcesses(folder)
  const running = new AbortController()
  const api = await connect(controlPlane.adminKubeconfig)
  const stop = async () => {
    running.abort()
    await Promise.all([programs.stop(), pods.stop()])
    api.close()
    await controlPlane.stop()
  }
  try {
    await installCrds(api, await definitionsOf(['gateway api', 'traefik']))
    await startKubelet(api, { processes: pods, signal: running.signal })
    await startGateway(api, programs, controlPlane)
    await startPrometheus(programs)
    await startController(programs, controlPlane)
    provide('adminKubeconfig', controlPlane.adminKubeconfig)
    return stop
  } catch (error) {
    await stop()
    throw error
  }
}

const traefikArguments = [
  `--entrypoints.web.address=${entrance.host}:${entrance.port}`,
  `--entrypoints.metrics.address=${traefikMetrics}`,
  '--providers.kubernetescrd=true',
  '--providers.kubernetesgateway=true',
  '--providers.kubernetesingressnginx=true',
  '--metrics.prometheus=true',
  '--metrics.prometheus.entrypoint=metrics',
  '--metrics.prometheus.addserviceslabels=true',
  '--ping=true',
  '--ping.entrypoint=metrics',
  '--global.checknewversion=false',
  '--global.sendanonymoususage=false',
  '--log.level=INFO',
]

/** Traefik, and the classes that lead objects to it. */
async function startGateway(api: Api, programs: Processes, of: ControlPlane): Promise<void> {
  await api.request('POST', '/apis/gateway.networking.k8s.io/v1/gatewayclasses', {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'traefik' },
    spec: { controllerName: 'traefik.io/gateway-controller' },
  })
  await api.request('POST', '/apis/networking.k8s.io/v1/ingressclasses', {
    metadata: { name: 'nginx' },
    spec: { controller: 'k8s.io/ingress-nginx' },
  })
  const env = { KUBECONFIG: of.adminKubeconfig }
  await programs.start('traefik', await buildTraefik(log), traefikArguments, env)
  await answering(programs, `http://${traefikMetrics}/ping`)
}

async function startPrometheus(programs: Processes): Promise<void> {
  const config = path.join(folder, 'prometheus.yml')
  const targets = [traefikMetrics]
  await writeFile(
    config,
    JSON.stringify({
      global: { scrape_interval: '1s' },
      scrape_configs: [{ job_name: 'traefik', static_configs: [{ targets }] }],
    }),
  )
  await programs.start('prometheus', 'prometheus', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${path.join(folder, 'data/prometheus')}`,
    `--web.listen-address=${prometheusAddress}`,
  ])
  await answering(programs, `http://${prometheusAddress}/-/ready`)
}

/** The controller from source, under the account and the rights of `deploy/cluster`. */
async function startController(programs: Processes, of: ControlPlane): Promise<void> {
  const kubectl = of.program('kubectl')
  const account = await installController({ kubectl, kubeconfig: of.adminKubeconfig })
  const port = 8_002
  await programs.start('controller', process.execPath, [
    controller,
    `-kubeconfig=${await of.kubeconfigFor(account)}`,
    `-metrics-server=http://${prometheusAddress}`,
    `-port=${port}`,
    '-minimum-analysis-interval=1s',
    '-allowed-addresses=127.0.0.0/8',
  ])
  await answering(programs, `http://127.0.0.1:${port}/readyz`)
}

async function answering(programs: Processes, url: string): Promise<void> {
  const end = performance.now() + startMs
  while (!(await isOk(url))) {
    programs.check()
    if (performance.now() > end) throw new Error(`nothing answers at ${url}: see ${folder}`)
    await wait(100)
  }
}

function isOk(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  )
}

function log(line: string): void {
  process.stderr.write(`[traffic] ${line}\n`)
}

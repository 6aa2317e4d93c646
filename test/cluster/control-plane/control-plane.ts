import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Api, connect } from './api.ts'
import {
  type Address,
  auditLogIn,
  auditPolicy,
  controllerArguments,
  kwokArguments,
  type Ports,
  serverArguments,
} from './arguments.ts'
import { buildPrograms, type Programs } from './build.ts'
import { readKubeconfig, writeKubeconfig } from './kubeconfig.ts'
import { freePorts } from './ports.ts'
import { type Processes, startProcesses } from './processes.ts'
import { type ServiceAccount, writeServiceAccountKubeconfig } from './service-account.ts'

export interface ControlPlaneOptions {
  /** Where keys, kubeconfigs, data and logs go; absent: a temporary folder that stop() removes. */
  dir?: string
  /** Ports on 127.0.0.1; free ones where absent. */
  ports?: Partial<Ports>
  /** Such as `1.34`; absent: KUBERNETES_VERSION, or else the newest one. */
  version?: string
  /** With false there is no node, and nothing runs pods: the caller brings both. */
  simulatesNode?: boolean
  /** Gets a line of progress now and then, above all while programs are built. */
  log?: (line: string) => void
}

/** A real Kubernetes control plane with one simulated node, whose pods become ready by themselves. */
export interface ControlPlane {
  url: string
  /** The path of a kubeconfig that may do everything. */
  adminKubeconfig: string
  /** The path of a kubeconfig with a token of an existing service account, valid for a day. */
  kubeconfigFor(serviceAccount: ServiceAccount): Promise<string>
  /** The path of a file with a line of JSON for each request that a service account made. */
  auditLog: string
  /** The file of a built program, such as `kubectl`. */
  program(name: string): string
  /** Ends every process; data is removed, logs stay where `dir` was given. */
  stop(): Promise<void>
}

const startTimeoutMs = 90_000
const attempts = 3

/**
 * Builds what is missing, then starts etcd, kube-apiserver, kube-controller-manager,
 * kube-scheduler and kwok, on loopback only, and waits until a namespace is ready for use. RBAC is
 * on. The ServiceAccount admission plugin is off, so that pods need no token volume. Everything
 * ends with this process at the latest, however it ends. Rejects with GoMissingError where
 * programs have to be built and the machine has no Go.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const { dir, log = () => {} } = options
  const programs = await buildPrograms(log, options.version)
  for (let attempt = 1; ; attempt++) {
    const folder = dir ?? (await mkdtemp(path.join(tmpdir(), 'kubectl-canary-cluster-')))
    try {
      return await startIn(folder, programs, options)
    } catch (error) {
      if (!dir) await rm(folder, { recursive: true, force: true })
      // Another process took a port between the search for a free one and its use.
      const isPortTaken = error instanceof Error && error.message.includes('address already in use')
      if (!isPortTaken || attempt === attempts) throw error
      log(`trying again: ${error.message.split('\n')[0]}`)
    }
  }
}

async function startIn(
  folder: string,
  programs: Programs,
  { dir, ports, simulatesNode = true, log = () => {} }: ControlPlaneOptions,
): Promise<ControlPlane> {
  await rm(path.join(folder, 'data'), { recursive: true, force: true })
  await mkdir(path.join(folder, 'data'), { recursive: true })
  const address: Address = { ...(await choosePorts(ports)), folder }
  const url = `https://127.0.0.1:${address.apiServer}`
  const token = await writeFiles(folder)
  const processes = startProcesses(folder, {
    temporary: dir === undefined,
    // Otherwise every test from here on says only that the connection was refused.
    onDeath: (failure) => log(`the control plane is broken: ${failure.message}`),
  })
  const stop = async () => {
    await processes.stop()
    await rm(path.join(folder, 'data'), { recursive: true, force: true })
  }
  try {
    const started = performance.now()
    for (const [name, args] of serverArguments(address))
      await processes.start(name, programs.file(name), args)
    const adminKubeconfig = await waitForServer(processes, { url, token, folder })
    const kwok = kwokArguments(address, adminKubeconfig, programs.stages)
    const controllers = controllerArguments(address, adminKubeconfig)
    for (const [name, args] of simulatesNode ? [...controllers, kwok] : controllers)
      await processes.start(name, programs.file(name), args)
    const api = await connect(adminKubeconfig)
    await waitUntilUsable(processes, api)
    if (simulatesNode) await addNode(processes, api)
    processes.release()
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    log(`Kubernetes ${programs.version.full} runs at ${url} (started in ${seconds} s)`)
    return {
      url,
      adminKubeconfig,
      kubeconfigFor: async (account) =>
        writeServiceAccountKubeconfig(api, await readKubeconfig(adminKubeconfig), {
          account,
          folder,
        }),
      auditLog: auditLogIn(folder),
      program: programs.file,
      async stop() {
        api.close()
        await stop()
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function choosePorts(given: Partial<Ports> = {}): Promise<Ports> {
  const [apiServer = 0, etcd = 0, etcdPeer = 0, kwok = 0] = await freePorts(4)
  return { apiServer, etcd, etcdPeer, kwok, ...given }
}

/** Writes keys, policy and the admin's token, which it gives. */
async function writeFiles(folder: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' })
  await writeFile(path.join(folder, 'service-accounts.key'), pem, { mode: 0o600 })
  const token = randomBytes(24).toString('hex')
  const line = `${token},admin,admin,system:masters\n`
  await writeFile(path.join(folder, 'tokens.csv'), line, { mode: 0o600 })
  await writeFile(path.join(folder, 'audit-policy.yaml'), JSON.stringify(auditPolicy))
  return token
}

/** Waits for the API server, whose certificate appears while it starts; gives the kubeconfig. */
async function waitForServer(
  processes: Processes,
  { url, token, folder }: { url: string; token: string; folder: string },
): Promise<string> {
  const certificate = path.join(folder, 'data/certs/apiserver.crt')
  await until(processes, 'its certificate', async () => existsSync(certificate))
  const isReady = async () => {
    const ca = await readFile(certificate, 'utf8')
    const file = await writeKubeconfig(path.join(folder, 'admin.kubeconfig'), {
      server: url,
      ca,
      token,
    })
    const api = await connect(file)
    const answer = await api.text('/readyz').finally(api.close)
    return answer === 'ok' && file
  }
  return await until(processes, 'the API server', isReady)
}

/** Waits for what every test takes for granted: a namespace and its service account. */
async function waitUntilUsable(processes: Processes, api: Api): Promise<void> {
  await until(processes, 'the default service account', async () =>
    api.find('/api/v1/namespaces/default/serviceaccounts/default'),
  )
}

async function addNode(processes: Processes, api: Api): Promise<void> {
  await api.request('POST', '/api/v1/nodes', node)
  await until(processes, 'the node', async () => {
    const found = await api.find<{ status: { conditions?: { type: string; status: string }[] } }>(
      `/api/v1/nodes/${node.metadata.name}`,
    )
    return found?.status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True')
  })
}

const room = { cpu: '1000', memory: '4Ti', pods: '10000' }
const node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-1', labels: { 'kubernetes.io/hostname': 'node-1' } },
  status: { allocatable: room, capacity: room },
}

/** Repeats `attempt` until it gives something; failed attempts count as "not yet". */
async function until<T>(
  processes: Processes,
  what: string,
  attempt: () => Promise<T | undefined | false>,
): Promise<T> {
  const end = performance.now() + startTimeoutMs
  for (let last: unknown; ; await wait(100)) {
    processes.check()
    try {
      const answer = await attempt()
      if (answer) return answer
    } catch (error) {
      last = error
    }
    if (performance.now() > end)
      throw new Error(`the control plane did not start: no ${what}`, { cause: last })
  }
}

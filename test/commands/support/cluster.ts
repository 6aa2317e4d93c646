/** The plugin as a child process, against an embedded API server. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { CanaryResource } from '../../../src/canary/api.gen.ts'
import type { KubeObject, ObjectRef } from '../../../src/objects.ts'
import { refOf } from '../../../src/objects.ts'
import {
  type ApiServer,
  type ApiServerOptions,
  startApiServer,
} from '../../../src/sandbox/api/server.ts'

export interface Answer {
  code: number
  stdout: string
  stderr: string
}

export interface RunOptions {
  env?: Record<string, string>
  /** Columns, as on a terminal of that width; absent is a pipe. */
  columns?: number
  stdin?: string
  /** Sends SIGINT once stdout or stderr holds this text. */
  interruptAt?: string
  /** In place of SIGINT, one right after the other. */
  interruptBy?: readonly NodeJS.Signals[]
  /** Reads nothing of stdout, and closes it. */
  closeStdout?: boolean
}

export interface TestCluster {
  server: ApiServer
  kubeconfig: string
  /** Runs the plugin with this command line. */
  run(line: string | string[], options?: RunOptions): Promise<Answer>
  /** Stores objects; a status is stored too. */
  put(...objects: KubeObject[]): void
  canary(name: string, namespace?: string): CanaryResource | undefined
  /** Answers every request as a controller would; gives the function that ends it. */
  answerRequests(result: string, message: string): () => void
  close(): Promise<void>
}

const root = new URL('../../../', import.meta.url).pathname
const program = join(root, 'test/commands/support/plugin.ts')

/** A server with the CRDs, the kinds of Istio and the namespace `test`. */
export async function startCluster(options: ApiServerOptions = {}): Promise<TestCluster> {
  const server = await startApiServer(options)
  const { store } = server
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-canary-'))
  const kubeconfig = join(folder, 'config')
  writeFileSync(kubeconfig, server.kubeconfig.replace('namespace: default', 'namespace: test'))
  for (const name of ['canary', 'metrictemplate', 'alertprovider'])
    store.create(parse(readFileSync(join(root, `crds/${name}.yaml`), 'utf8')))
  store.create(virtualServiceType())
  for (const name of ['test', 'empty'])
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })

  const ref = (name: string, namespace = 'test'): ObjectRef => ({
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    namespace,
    name,
  })
  return {
    server,
    kubeconfig,
    run: (line, how = {}) => runPlugin(line, kubeconfig, how),
    put(...objects) {
      for (const object of objects) {
        store.create(object)
        const { status } = object as { status?: unknown }
        if (status !== undefined)
          store.patch(refOf(object), { status }, { type: 'merge', subresource: 'status' } as never)
      }
    },
    canary: (name, namespace) => store.get<CanaryResource>(ref(name, namespace)),
    answerRequests(result, message) {
      return store.watch(({ object }) => {
        if (object.kind === 'Canary') answer(server, object as CanaryResource, result, message)
      })
    },
    async close() {
      await server.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Said after some seconds without an answer, which pass on a busy machine without any fault. */
const slowness = /^note: waiting for an answer of \S+; --request-timeout ends that sooner\n/gm

/** Runs the plugin as the shell would. */
export function runPlugin(
  line: string | string[],
  kubeconfig: string,
  { env = {}, columns, stdin, interruptAt, interruptBy = ['SIGINT'], closeStdout }: RunOptions,
): Promise<Answer> {
  const words = typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...words], {
      env: {
        PATH: process.env.PATH ?? '',
        HOME: '/nonexistent',
        KUBECONFIG: kubeconfig,
        LANG: 'C.UTF-8',
        ...(columns === undefined ? {} : { KUBECTL_CANARY_COLUMNS: `${columns}` }),
        ...env,
      },
    })
    const answer: Answer = { code: 0, stdout: '', stderr: '' }
    let isInterrupted = false
    const heard = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
      answer[stream] += chunk.toString('utf8')
      if (interruptAt === undefined || isInterrupted) return
      isInterrupted = answer[stream].includes(interruptAt)
      if (isInterrupted) for (const signal of interruptBy) child.kill(signal)
    }
    child.stdout.on('data', heard('stdout'))
    child.stderr.on('data', heard('stderr'))
    if (closeStdout) child.stdout.destroy()
    child.on('error', reject)
    child.on('close', (code) => {
      const stderr = answer.stderr.replace(slowness, '')
      resolve({ ...answer, stderr, code: code ?? -1 })
    })
    child.stdin.end(stdin ?? '')
  })
}

const prefix = 'flagger.app/'

function answer(server: ApiServer, canary: CanaryResource, result: string, message: string): void {
  for (const [key, value] of Object.entries(canary.metadata.annotations ?? {})) {
    const verb = key.slice(prefix.length)
    if (!key.startsWith(prefix) || !value.startsWith('{')) continue
    const { id } = JSON.parse(value) as { id: string }
    if (canary.status?.requests?.[verb]?.id === id) continue
    const status = { requests: { [verb]: { id, result, message } } }
    server.store.patch(refOf(canary), { status }, { type: 'merge', subresource: 'status' } as never)
  }
}

function virtualServiceType(): KubeObject {
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'virtualservices.networking.istio.io' },
    spec: {
      group: 'networking.istio.io',
      scope: 'Namespaced',
      names: { kind: 'VirtualService', plural: 'virtualservices', singular: 'virtualservice' },
      versions: [
        { name: 'v1beta1', served: true, storage: true, schema: { openAPIV3Schema: schema } },
      ],
    },
  } as KubeObject
}

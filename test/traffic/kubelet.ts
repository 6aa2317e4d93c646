/** One node, whose pods are processes of this machine, each at an address of its own. */
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { KubeObject } from '../../src/objects.ts'
import { type Api, ApiError } from '../cluster/control-plane/api.ts'
import type { Processes } from '../cluster/control-plane/processes.ts'
import { podAddress, podPort } from './network.ts'

interface Pod extends KubeObject {
  spec: { nodeName?: string; containers: [{ name: string; image: string }] }
}

/** What runs here; other pods, such as the controller's, stay pending. */
const ourImage = /^app:(.+)$/

const app = path.join(import.meta.dirname, 'app.ts')
/** The server takes a node for lost after most of a minute. */
const heartbeatMs = 5_000

const room = { cpu: '1000', memory: '4Ti', pods: '10000' }

/** Begins to run pods, until `signal` aborts. Their processes end with `processes`. */
export async function startKubelet(
  api: Api,
  { processes, signal }: { processes: Processes; signal: AbortSignal },
): Promise<void> {
  await api.request('POST', '/api/v1/nodes', {
    metadata: { name: 'node-1', labels: { 'kubernetes.io/hostname': 'node-1' } },
    status: { allocatable: room, capacity: room, conditions: [ready()] },
  })
  const told = tellerUntil(signal)
  const stillThere = setInterval(() => {
    const body = { status: { conditions: [ready()] } }
    told('heartbeat', api.request('PATCH', '/api/v1/nodes/node-1/status', body, strategic))
  }, heartbeatMs)
  signal.addEventListener('abort', () => clearInterval(stillThere))

  const seen = new Set<string>()
  const ending = new Set<string>()
  void api.watch('/api/v1/pods', {
    signal,
    onEvent({ type, object }) {
      const pod = object as Pod
      const { uid = '', deletionTimestamp, name } = pod.metadata
      if (type === 'DELETED' || !pod.spec.nodeName) return
      if (deletionTimestamp !== undefined) {
        if (ending.has(uid)) return
        ending.add(uid)
        return told(name, end(api, processes, pod))
      }
      if (seen.has(uid)) return
      seen.add(uid)
      told(name, begin({ api, processes, pod, address: podAddress(seen.size) }))
    },
  })
}

/** What fails here shows in the tests as a pod that does not come; this says why. */
function tellerUntil(signal: AbortSignal): (what: string, work: Promise<unknown>) => void {
  return (what, work) => {
    work.catch((error) => {
      // In the end there is no server any more that a pod could be taken from.
      if (!signal.aborted) process.stderr.write(`[kubelet] ${what}: ${error}\n`)
    })
  }
}

interface Beginning {
  api: Api
  processes: Processes
  pod: Pod
  address: string
}

async function begin({ api, processes, pod, address }: Beginning): Promise<void> {
  const [, version] = ourImage.exec(pod.spec.containers[0].image) ?? []
  if (version === undefined) return
  await processes.start(nameOf(pod), process.execPath, [app, address, version])
  while (!(await answers(address))) await wait(100)
  const body = { status: running(pod, address) }
  await api.request('PATCH', `${urlOf(pod)}/status`, body, 'application/merge-patch+json')
}

async function answers(address: string): Promise<boolean> {
  return fetch(`http://${address}:${podPort}/ready`).then(
    ({ ok }) => ok,
    () => false,
  )
}

async function end(api: Api, processes: Processes, pod: Pod): Promise<void> {
  if (ourImage.test(pod.spec.containers[0].image)) {
    await processes.terminate(nameOf(pod))
    await processes.ended(nameOf(pod))
  }
  const { uid } = pod.metadata
  const body = { gracePeriodSeconds: 0, preconditions: { uid } }
  await api.request('DELETE', urlOf(pod), body).catch((error) => {
    if (!(error instanceof ApiError && (error.status === 404 || error.status === 409))) throw error
  })
}

const strategic = 'application/strategic-merge-patch+json'
const nameOf = ({ metadata: { namespace, name } }: Pod) => `${namespace}-${name}`
const urlOf = ({ metadata: { namespace, name } }: Pod) =>
  `/api/v1/namespaces/${namespace}/pods/${name}`

function ready() {
  const now = new Date().toISOString()
  return { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: now }
}

function running({ spec }: Pod, address: string) {
  const now = new Date().toISOString()
  const [{ name, image }] = spec.containers
  const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: now,
  }))
  const state = { running: { startedAt: now } }
  const container = { name, image, imageID: image, ready: true, started: true, restartCount: 0 }
  return {
    phase: 'Running',
    podIP: address,
    podIPs: [{ ip: address }],
    startTime: now,
    conditions,
    containerStatuses: [{ ...container, state }],
  }
}

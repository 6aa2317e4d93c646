/** From the metadata of a hook to what is to be done. Pure. */

import { readHey } from './hey.ts'
import type { LoadPayload } from './payload.ts'
import type { LoadPlan } from './plan.ts'
import { type ConcordJob, readConcord } from './remote/concord.ts'
import { type NgrinderJob, readNgrinder } from './remote/ngrinder.ts'
import { wordsOf } from './words.ts'

/** How it is done. */
export type Work =
  | { kind: 'load'; plan: LoadPlan }
  | { kind: 'program'; program: string; args: readonly string[] }
  | { kind: 'concord'; job: ConcordJob }
  | { kind: 'ngrinder'; job: NgrinderJob }

export interface Task {
  /** `podinfo.test` */
  canary: string
  /** As the metadata has it. */
  type: string
  /** What it is called in the log, in its record and where it fails. */
  command: string
  work: Work
  /** The hook is answered with what comes of it. */
  isAwaited: boolean
  /** What it printed is the answer. */
  returnsOutput: boolean
  logsOutput: boolean
  /** Two of the same identity do not run at a time. */
  identity: string
}

/** The task, or the reason for a 400. */
export type TaskOrRefusal = { task: Task } | { refusal: string }

const truths = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])

/** As Flagger's load tester has it; a line of `hey` needs no program. */
export function taskOf({ name, namespace, metadata }: LoadPayload): TaskOrRefusal {
  if (Object.keys(metadata).length === 0) return { refusal: 'metadata not found in payload' }
  const type = metadata.type || 'cmd'
  const made = workOf(type, metadata)
  if ('refusal' in made) return made
  const canary = `${name}.${namespace}`
  const { command, work } = made
  const isAwaited = type !== 'cmd' && type !== 'ngrinder'
  return {
    task: {
      ...{ canary, type, command, work, isAwaited },
      returnsOutput: truths.has(metadata.returnCmdOutput ?? ''),
      logsOutput: isAwaited || truths.has(metadata.logCmdOutput ?? ''),
      identity: JSON.stringify([canary, type, command]),
    },
  }
}

type Made = { command: string; work: Work } | { refusal: string }

function workOf(type: string, metadata: LoadPayload['metadata']): Made {
  const { cmd: command = '' } = metadata
  switch (type) {
    case 'cmd':
      return command === '' ? { refusal: 'cmd not found in metadata' } : shellOrLoad('sh', command)
    case 'bash':
      return shellOrLoad('bash', command)
    case 'helm':
    case 'helmv3':
      return programOf('helm', command)
    case 'kubectl':
      return programOf('kubectl', command)
    case 'concord': {
      const read = readConcord(metadata)
      return 'refusal' in read ? read : { command: 'concord', work: { kind: 'concord', ...read } }
    }
    case 'ngrinder': {
      const read = readNgrinder(metadata)
      return 'refusal' in read
        ? read
        : { command: `ngrinder ${read.job.clone}`, work: { kind: 'ngrinder', ...read } }
    }
    default:
      return { refusal: `unknown task type ${type}` }
  }
}

function shellOrLoad(shell: string, command: string): Made {
  const [program, ...args] = wordsOf(command) ?? []
  if (program === 'hey') {
    const read = readHey(args)
    if ('plan' in read) return { command, work: { kind: 'load', plan: read.plan } }
  }
  return { command, work: { kind: 'program', program: shell, args: ['-c', command] } }
}

/** Words in quotes stay together, which Flagger breaks at each blank. */
function programOf(program: string, command: string): Made {
  const args = wordsOf(command) ?? command.split(/\s+/).filter((word) => word !== '')
  return { command, work: { kind: 'program', program, args } }
}

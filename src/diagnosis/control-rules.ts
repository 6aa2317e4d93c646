/** Who works on a canary, and what people asked of it. Pure. */
import { isUnderWay } from '../canary/phases.ts'
import { isMap, readJson } from '../json.ts'
import type { KubeObject } from '../objects.ts'
import { readRequests } from '../requests/request.ts'
import type { DiagnosisFacts, DiagnosisRule } from './finding.ts'

const answeredWithinMs = 30_000
const longPauseMs = 3_600_000
const recentMs = 600_000

export const controlRules: readonly DiagnosisRule[] = [
  {
    code: 'CAN002',
    severity: 'error',
    well: 'a controller works on it',
    look({ report: { controller }, command }) {
      if (!controller.stale) return undefined
      const { lastStatusWrite: last, why, name } = controller
      return {
        message: 'no controller works on it',
        evidence: [`last status write: ${last ?? 'never'}${name ? ` by ${name}` : ''}`, why ?? ''],
        cause:
          'the controller is not there, cannot reach the API server, or watches other namespaces',
        actions: [command.general('check'), command.plugin('abort')],
      }
    },
  },
  {
    code: 'CAN003',
    severity: 'error',
    well: 'one controller alone writes its status',
    look({ canary, report }) {
      const writers = statusWriters(canary.metadata, Date.parse(report.observedAt) - recentMs)
      if (writers.length < 2) return undefined
      return {
        message: 'two controllers write its status in turn',
        evidence: writers.map((one) => `status written by ${one} within ten minutes`),
        cause:
          'Flagger and this controller both watch the namespace, and move the traffic against each other',
        actions: ['stop one of them, or give each namespaces of its own'],
      }
    },
  },
  {
    code: 'CAN004',
    severity: 'warning',
    well: 'its controller reads requests',
    look({ report: { controller } }) {
      if (!controller.upstream) return undefined
      return {
        message: 'Flagger handles it, which reads no requests and keeps no values of checks',
        actions: ['changing commands edit the object instead, and say so before they do'],
      }
    },
  },
  {
    code: 'CAN005',
    severity: 'error',
    well: 'every request is answered',
    look({ report, command }) {
      const now = Date.parse(report.observedAt)
      const old = report.requests.pending.filter(
        ({ at }) => at !== null && now - Date.parse(at) > answeredWithinMs,
      )
      if (old.length === 0) return undefined
      return {
        message: 'a request is not answered',
        evidence: old.map(({ verb, by, at }) => `${verb}${by ? ` by ${by}` : ''} of ${at}`),
        cause: 'no controller that reads requests watches this namespace',
        actions: [command.general('check')],
      }
    },
  },
  {
    code: 'CAN006',
    severity: 'warning',
    well: 'it is neither suspended nor paused',
    look: pausedLook,
  },
  {
    code: 'CAN007',
    severity: 'error',
    well: 'its target is that of no other canary',
    needs: 'neighbours',
    look({ rivals, canary }) {
      if (rivals.length === 0) return undefined
      const { kind, name } = canary.spec.targetRef
      return {
        message: `other canaries have ${kind.toLowerCase()}/${name} as their target too`,
        evidence: rivals.map((one) => `canary/${one}`),
        actions: ['delete all but one of them'],
      }
    },
  },
  {
    code: 'CAN501',
    severity: 'warning',
    well: 'no request is in the manifest that was applied',
    look({ canary }) {
      const kept = appliedRequests(canary.metadata.annotations)
      if (kept.length === 0) return undefined
      return {
        message: 'a request is in the manifest that was applied',
        evidence: kept,
        cause: 'each time it is applied the request is made again',
        actions: ['take it out of the manifest; lint finds it there'],
      }
    },
  },
]

function pausedLook({ report, command }: DiagnosisFacts) {
  const { paused, observedAt } = report
  if (!paused) return undefined
  if (paused.how === 'suspend')
    return {
      message: 'spec.suspend is true: nobody works on it',
      actions: [command.plugin('resume', '--via=spec')],
    }
  const forMs = Date.parse(observedAt) - Date.parse(paused.since ?? '')
  const long = forMs > longPauseMs ? ' for more than an hour' : ''
  return {
    message: `it is paused${paused.by ? ` by ${paused.by}` : ''}${long}`,
    evidence: [
      paused.reason ? `"${paused.reason}"` : '',
      paused.since ? `since ${paused.since}` : '',
    ],
    actions: [command.plugin('resume')],
  }
}

function statusWriters({ managedFields = [] }: KubeObject['metadata'], since: number): string[] {
  const writers = managedFields
    .filter(({ subresource, time }) => subresource === 'status' && Date.parse(time ?? '') > since)
    .map(({ manager = '' }) => manager)
  return [...new Set(writers)].filter((one) => /^(flagger|canary-controller)$/.test(one))
}

const applied = 'kubectl.kubernetes.io/last-applied-configuration'

function appliedRequests(annotations: Record<string, string> = {}): string[] {
  const manifest = readJson(annotations[applied] ?? '{}')
  const metadata = isMap(manifest) ? manifest.metadata : undefined
  const found = isMap(metadata) && isMap(metadata.annotations) ? metadata.annotations : {}
  const texts = Object.entries(found).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  )
  return readRequests(Object.fromEntries(texts)).map(({ annotation }) => annotation)
}

/** Phases in which a canary is meant to move. */
export function isMoving({ report: { phase } }: DiagnosisFacts): boolean {
  return isUnderWay(phase) || phase === 'Initializing' || phase === ''
}

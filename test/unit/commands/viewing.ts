/** Reports of canaries in many states, and the terminals that show them. */
import { commandLines } from '../../../commands/output/command-line.ts'
import { createStyle } from '../../../commands/output/style.ts'
import { statusLines } from '../../../commands/output/views/status/status-view.ts'
import type { CanaryReport } from '../../../src/report/report.ts'
import { before, canary, now, progressing } from './builders.ts'

export const plain = createStyle({ color: false, ascii: false })

export const pipe = {
  style: plain,
  now,
  width: undefined,
  wide: false,
  commands: commandLines('kubectl canary', {}, 'test'),
  context: 'prod-eu',
  events: 5,
  pods: true,
  maxPods: 20,
}

export const view = (of: CanaryReport, options: object = {}) =>
  `${statusLines(of, { ...pipe, ...options }).join('\n')}\n`

/** One folder, wherever the test stands. */
export const golden = (name: string) => new URL(`goldens/${name}.txt`, import.meta.url).pathname

export const gate = {
  type: 'confirm-promotion',
  name: 'promotion gate',
  since: before(540),
  reason: 'ticket OPS-1 is not approved',
} as const

export const phases = {
  waiting: canary({
    name: 'cart',
    status: {
      ...progressing,
      phase: 'WaitingPromotion',
      canaryAnalysis: { ...progressing.canaryAnalysis, gate, weight: 50, step: 10 },
    },
  }),
  paused: canary({
    name: 'search',
    status: {
      ...progressing,
      canaryAnalysis: {
        ...progressing.canaryAnalysis,
        paused: { since: before(41 * 60), by: 'bob', reason: 'waiting for the database team' },
      },
    },
  }),
  failed: canary({
    name: 'backend',
    status: {
      ...progressing,
      phase: 'Failed',
      failedChecks: 5,
      canaryWeight: 0,
      lastTransitionTime: before(3 * 3600),
      history: [
        {
          id: 12,
          revision: 'v2:6c9d7f31a0',
          result: 'Failed',
          reason: 'failed checks threshold reached 5',
          endedAt: before(3 * 3600),
        },
      ],
    },
  }),
  succeeded: canary({
    name: 'frontend',
    status: {
      ...progressing,
      phase: 'Succeeded',
      canaryWeight: 0,
      failedChecks: 0,
      lastPromotedSpec: 'v2:6c9d7f31a0',
      lastTransitionTime: before(2 * 86_400),
    },
  }),
  'ab-testing': canary({
    analysis: {
      stepWeight: undefined,
      iterations: 10,
      match: [{ headers: { 'x-canary': { exact: 'insider' } } }],
    },
    status: { ...progressing, iterations: 3 },
  }),
  suspended: canary({ spec: { suspend: true }, status: progressing }),
  stale: canary({
    status: {
      ...progressing,
      lastTransitionTime: before(3600),
      canaryAnalysis: { ...progressing.canaryAnalysis, nextTickAt: before(3500) },
    },
  }),
  flagger: canary({
    metadata: { managedFields: [{ manager: 'flagger', subresource: 'status', time: before(22) }] },
    status: {
      phase: 'Progressing',
      failedChecks: 1,
      canaryWeight: 20,
      iterations: 0,
      lastTransitionTime: before(22),
    },
  }),
  'never-handled': canary(),
}

export const letters = (text: string) => text.replace(/\s+/g, '')

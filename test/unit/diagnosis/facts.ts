/** Facts of a canary in a run that goes well, with others laid over them. */
import type { CanaryStatus } from '../../../src/canary/api.gen.ts'
import type { DiagnosisFacts } from '../../../src/diagnosis/finding.ts'
import type { Seen } from '../../../src/report/report.ts'
import type { CanaryOptions } from '../../support/canary-object.ts'
import { before, canary, report } from '../commands/builders.ts'

/** A run at weight 20 in which nothing fails. */
export const well: CanaryStatus = {
  phase: 'Progressing',
  canaryWeight: 20,
  failedChecks: 0,
  lastAppliedSpec: 'v2:6c9d7f31a0',
  lastPromotedSpec: 'v2:5b21aa7c11',
  lastTransitionTime: before(22),
  controller: 'canary-controller/v0.4.0',
  canaryAnalysis: {
    ...{ runId: 12, revision: 'v2:6c9d7f31a0', startedAt: before(382), weight: 20, step: 4 },
    ...{ steps: 10, nextTickAt: before(-38), checks: [] },
  },
}

export interface GivenFacts {
  status?: CanaryStatus
  canary?: CanaryOptions
  seen?: Partial<Seen>
  facts?: Partial<DiagnosisFacts>
}

export function facts({ status = well, canary: of = {}, seen = {}, facts: more }: GivenFacts = {}) {
  const given = canary({ ...of, status })
  const events: Seen['events'] = []
  const routes = { primary: 80, canary: 20, mirrored: false }
  const shown = status.phase === 'Progressing' ? { routes } : {}
  const found: DiagnosisFacts = {
    report: report(given, { events, ...shown, ...seen }),
    canary: given,
    rivals: [],
    faults: [],
    problems: [],
    targetProblem: undefined,
    scalerFaults: [],
    notReady: {},
    primary: { name: 'podinfo-primary' },
    missingKinds: [],
    hidden: {},
    unread: [],
    command: {
      plugin: (verb, ...words) => ['kubectl canary', verb, 'podinfo', ...words].join(' '),
      general: (verb, ...words) => ['kubectl canary', verb, ...words].join(' '),
      kubectl: (...words) => ['kubectl', ...words].join(' '),
    },
    ...more,
  }
  return found
}

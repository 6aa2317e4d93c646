/** Routes, pods, workloads, and how runs went. Pure. */
import { isFinishing, isNew, isRunning } from '../canary/phases.ts'
import { changedByHandCode } from '../report/changed-by-hand.ts'
import { podText } from '../report/runs/cause.ts'
import type { WorkloadReport } from '../report/workload-report.ts'
import { type DiagnosisFacts, type DiagnosisRule, lacksPods } from './finding.ts'

export const objectRules: readonly DiagnosisRule[] = [
  {
    code: 'CAN201',
    severity: 'error',
    well: 'the routes have the weight that the controller set',
    needs: 'routes',
    look({ report, canary, command }) {
      const said = canary.status.canaryAnalysis?.weight
      const { traffic, phase } = report
      if (phase !== 'Progressing' || traffic.source !== 'route' || said === undefined)
        return undefined
      if (traffic.of === 'matching' || said === traffic.canary) return undefined
      return {
        message: 'the routes do not have the weight that the controller set',
        evidence: [`routes: ${traffic.canary} percent, status: ${said} percent`],
        cause: 'somebody else writes the routing object, such as a tool that applies it from Git',
        actions: [`have that tool leave it alone, then ${command.plugin('restart')}`],
      }
    },
  },
  {
    code: 'CAN202',
    severity: 'error',
    well: 'its routing object is there',
    needs: 'routes',
    look({ report, canary, missingKinds, problems }) {
      const { traffic, phase, route, warnings } = report
      // Of a wrong spec the provider is a guess.
      const isSetUp = !isNew(phase) && phase !== 'Terminating' && problems.length === 0
      const unread = warnings.filter(({ code }) => code === 'CAN002').map(({ message }) => message)
      const isMissing = route === null && traffic.source !== 'route' && missingKinds.length === 0
      const elsewhere = canary.status.controllerSettings?.routesElsewhere === true
      if (!isSetUp || elsewhere || (!isMissing && unread.length === 0)) return undefined
      return {
        message: `its routing object (${report.strategy.provider}) is missing, or can not be read`,
        evidence: unread,
        actions: [
          'let the controller make it again: it does at its next look, unless its log says why not',
        ],
      }
    },
  },
  {
    code: 'CAN203',
    severity: 'error',
    well: 'no user is sent to a canary without a ready pod',
    needs: 'workloads',
    look(facts) {
      const { report, command } = facts
      const { traffic, workloads } = report
      if (!report.complete || traffic.canary === 0 || workloads.canary.ready > 0) return undefined
      return {
        message: `${traffic.canary} percent of users are sent to a canary without a ready pod`,
        evidence: podsText(facts, 'canary'),
        actions: [command.plugin('abort')],
      }
    },
  },
  {
    code: 'CAN204',
    severity: 'error',
    well: 'the cluster has the kinds of its provider',
    needs: 'kinds',
    look({ missingKinds, report }) {
      if (missingKinds.length === 0) return undefined
      const { provider, assumed } = report.strategy
      return {
        message: `the cluster lacks what provider ${provider} writes`,
        evidence: missingKinds.map((kind) => `no ${kind}`),
        ...(assumed !== null && { cause: `the provider is assumed: ${assumed}` }),
        actions: ['install the mesh or ingress, or set spec.provider to the one that is there'],
      }
    },
  },
  {
    code: 'CAN301',
    severity: 'error',
    well: 'pods of the canary are ready',
    needs: 'workloads',
    look(facts) {
      const { report, command } = facts
      const { phase, workloads, waitsFor } = report
      const { canary } = workloads
      if (!isRunning(phase) || isFinishing(phase) || !lacksPods(facts, 'canary')) return undefined
      return {
        message: `pods of the canary are not ready: ${canary.ready} of ${canary.desired}`,
        evidence: [...podsText(facts, 'canary'), ...(waitsFor ? [`it waits ${waitsFor}`] : [])],
        actions: [podCommand(canary, command), command.plugin('abort')],
      }
    },
  },
  {
    code: 'CAN302',
    severity: 'error',
    well: 'no deadline for pods has passed',
    look({ report, canary, command }) {
      const [last] = canary.status.history ?? []
      if (report.phase !== 'Failed' || last?.deadlineSeconds === undefined) return undefined
      return {
        message: `pods were not ready within the deadline of ${last.deadlineSeconds}s, and the run was rolled back`,
        evidence: (last.pods ?? []).map(podText),
        actions: ['push a fix', command.plugin('undo'), command.plugin('retry')],
      }
    },
  },
  {
    code: 'CAN303',
    severity: 'error',
    well: 'pods of the primary are ready',
    needs: 'workloads',
    look(facts) {
      const { report, command } = facts
      const { primary } = report.workloads
      if (!lacksPods(facts, 'primary')) return undefined
      return {
        message: `pods of the primary are not ready: ${primary.ready} of ${primary.desired}`,
        evidence: podsText(facts, 'primary'),
        cause: 'it serves the users; no run goes on without it',
        actions: [podCommand(primary, command)],
      }
    },
  },
  {
    code: 'CAN304',
    severity: 'warning',
    well: 'the autoscaler leaves the primary as large as it is',
    uses: 'autoscaler',
    needs: 'workloads',
    look({ report: { autoscaler, workloads } }) {
      const { primary } = workloads
      if (!autoscaler || autoscaler.current === null || !primary.found) return undefined
      if (autoscaler.current === primary.ready || primary.ready >= primary.desired) return undefined
      return {
        message: 'the autoscaler changes the size of the primary right now',
        evidence: [`${autoscaler.name}: ${autoscaler.current}, ready: ${primary.ready}`],
        actions: [],
      }
    },
  },
  {
    code: 'CAN305',
    severity: 'error',
    well: 'target and primary are there, and can be released',
    needs: 'workloads',
    look({ report, targetProblem, command }) {
      const { workloads, complete, phase } = report
      const missing = [
        ...(complete && !workloads.canary.found ? [workloads.canary] : []),
        ...(complete && !workloads.primary.found && !isNew(phase) ? [workloads.primary] : []),
      ].map(({ kind, name }) => `${kind.toLowerCase()}/${name} is missing`)
      const evidence = [
        ...missing,
        ...(missing.length === 0 && targetProblem ? [targetProblem] : []),
      ]
      if (evidence.length === 0) return undefined
      return {
        message: 'its target or primary is missing, or can not be released',
        evidence,
        actions: [command.kubectl('get', workloads.canary.kind.toLowerCase())],
      }
    },
  },
  {
    code: 'CAN306',
    severity: 'warning',
    well: 'nobody else changes the primary',
    needs: 'workloads',
    look({ primary, report: { warnings } }) {
      const byHand = warnings.find(({ code }) => code === changedByHandCode)
      const others = (primary?.managedFields ?? [])
        .filter(({ subresource, manager = '' }) => !subresource && toolsOfPeople.test(manager))
        .map(({ manager = '', time }) => `${manager}${time ? ` at ${time}` : ''}`)
      if (others.length === 0 && !byHand) return undefined
      return {
        message: 'somebody else changes the primary, which the controller writes',
        evidence: byHand ? [byHand.message, ...others] : others,
        cause: 'the controller leaves it as it is until the next promotion replaces it',
        actions: ['change the target instead: a promotion brings it to the primary'],
      }
    },
  },
  {
    code: 'CAN307',
    severity: 'warning',
    well: 'nobody gives the target a size at rest',
    look({ report: { warnings } }) {
      const asked = warnings.filter(({ code }) => code === 'CAN010').map(({ message }) => message)
      if (asked.length === 0) return undefined
      return {
        message: 'somebody gives the target a size at rest',
        evidence: asked,
        actions: ['leave spec.replicas out of the manifest in Git'],
      }
    },
  },
  {
    code: 'CAN308',
    severity: 'error',
    well: 'its autoscaler can be copied',
    uses: 'autoscaler',
    look({ scalerFaults }) {
      if (scalerFaults.length === 0) return undefined
      return {
        message: 'its autoscaler can not be copied for the primary',
        evidence: [...scalerFaults],
        actions: ['put it right as the sentence says'],
      }
    },
  },
  {
    code: 'CAN401',
    severity: 'warning',
    well: 'no run is begun anew before it has ended',
    look: restartsLook,
  },
  {
    code: 'CAN403',
    severity: 'error',
    well: 'the last run did not fail',
    look({ report, canary, command }) {
      const [last] = canary.status.history ?? []
      if (report.phase !== 'Failed' || last?.deadlineSeconds !== undefined) return undefined
      return {
        message: `the last run failed: ${report.run?.cause ?? 'nobody noted why'}`,
        evidence: report.run?.endedAt ? [`at ${report.run.endedAt}`] : [],
        actions: [command.plugin('history'), command.plugin('undo'), command.plugin('retry')],
      }
    },
  },
]

/** Webhooks and controllers of the cluster have their reasons; these do what somebody told them. */
const toolsOfPeople = /^(kubectl|kustomize|helm|argocd|flux|terraform|pulumi)/i

function podsText({ report, notReady }: DiagnosisFacts, side: 'canary' | 'primary'): string[] {
  const { troubles, name, ready, desired } = report.workloads[side]
  if (troubles.length > 0) return troubles.map(podText)
  return [(desired === 0 && notReady[side]) || `${name}: ${ready} of ${desired} ready`]
}

function podCommand({ troubles, kind, name }: WorkloadReport, command: DiagnosisFacts['command']) {
  const [worst] = troubles
  return worst
    ? command.kubectl('describe', 'pod', worst.name)
    : command.kubectl('describe', kind.toLowerCase(), name)
}

/** A run that is begun anew again and again never ends. */
function restartsLook({ canary, command }: DiagnosisFacts) {
  const runs = (canary.status.history ?? []).slice(0, 3)
  const restarts = runs.filter(({ result }) => result === 'Restarted')
  if (restarts.length < 2) return undefined
  const isConfig = restarts.every(({ reason = '' }) => /config/i.test(reason))
  return {
    message: 'runs are begun anew before they have ended',
    evidence: restarts.map(({ id, reason = '' }) => `run ${id}: ${reason}`),
    cause: isConfig
      ? 'a ConfigMap or Secret that it tracks changes all the time'
      : 'the target changes more often than a run takes',
    actions: [command.plugin('history')],
  }
}

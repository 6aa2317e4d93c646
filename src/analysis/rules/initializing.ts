/** From a new Canary to `Initialized`: everything exists, the primary serves, the target rests. */

import type { Routes } from '../../routers/router.ts'
import type { Effect, Observation, Step } from '../decision.ts'
import {
  alert,
  askMetrics,
  canaryName,
  isStep,
  later,
  normal,
  notReady,
  targetName,
  told,
  toPrimary,
  type Unready,
  writeStatus,
} from '../effects/act.ts'
import { finish, firstSight, foundations, frontage } from '../effects/upkeep.ts'
import { changeRun, runOf, sync } from '../status/status.ts'
import type { Turn } from '../turn.ts'
import { type Noted, noted, type Rule } from './rule.ts'

/** Phases before `Initialized`. */
export const initializing: readonly Rule[] = [
  {
    name: 'primaryIsMade',
    because: 'there is nothing to promote to before the copy of the target exists',
    apply: makePrimary,
  },
  {
    name: 'copyIsMadeAnew',
    because:
      'a first copy that is not ready keeps what was wrong with the target when it was made; nothing verified is lost with it',
    apply: copyAnew,
  },
  {
    name: 'primaryMustBeReady',
    because:
      'the traffic goes to the primary only once it can serve; a failed one is waited for as well, because the target still serves',
    apply: awaitPrimary,
  },
  {
    name: 'providersAreAsked',
    because: 'a metric provider that is not there is told before the first run needs it',
    apply: askProviders,
  },
  {
    name: 'initialized',
    because: 'the primary can serve: it gets the traffic, and the target rests',
    apply: initialize,
  },
]

function makePrimary({ seen }: Turn): Step | undefined {
  const { primary } = seen.workload
  if (primary.state !== 'missing') return undefined
  const { onceMade } = primary
  if (onceMade === undefined) return finish(made(seen))
  const pods = { state: 'waiting', why: onceMade, routine: true } as const
  return finish([...made(seen), waitsFor(seen, pods)])
}

function copyAnew({ seen }: Turn): Step | undefined {
  const { primary, copyIsBehind } = seen.workload
  if (primary.state === 'ready' || !copyIsBehind) return undefined
  const { primaryName, namespace } = seen.canary
  const said = `${targetName(seen)} changed before ${primaryName}.${namespace} was ready: copied again`
  const wakeAt = later(seen.now, seen.canary.analysis.intervalMs)
  return finish([...made(seen), { kind: 'promote' }, normal(seen, said, 'Initializing')], {
    wakeAt,
  })
}

function awaitPrimary({ seen }: Turn): Step | undefined {
  const { primary } = seen.workload
  if (primary.state === 'ready') return undefined
  const wakeAt = later(seen.now, seen.canary.analysis.intervalMs)
  // A primary that its autoscaler holds at zero gets its pods by that.
  const woken = seen.workload.atRest?.primary === true
  const scaled: Effect[] = woken ? [{ kind: 'autoscaler', follow: 'nothing' }] : []
  return finish([...made(seen), ...scaled, ...stuck(seen), waitsFor(seen, primary)], { wakeAt })
}

/** Beyond its deadline somebody hears of it, once: the target serves on, and nobody would look. */
function stuck(seen: Observation): Effect[] {
  const { primary } = seen.workload
  if (primary.state !== 'failed' || runOf(seen).reason !== undefined) return []
  return [
    writeStatus(changeRun(seen, { reason: primary.why })),
    alert('failed', `Initialization is stuck, ${primary.why}`),
  ]
}

/** Who heard of the trouble hears of its end. */
function freed(seen: Observation): Effect[] {
  if (runOf(seen).reason === undefined) return []
  return [alert('ended', 'The primary is ready, initialization goes on.')]
}

function askProviders(turn: Turn): Step | Noted | undefined {
  if (turn.seen.canary.skipAnalysis) return undefined
  const providers = askMetrics(turn, 'providers')
  return isStep(providers) ? providers : noted(told(turn.seen, providers, 'Initializing'))
}

function initialize({ seen, before }: Turn): Step {
  return finish([
    ...made(seen),
    { kind: 'autoscaler', follow: 'nothing' },
    { kind: 'hold-autoscaler', held: true },
    ...frontage(toPrimary),
    { kind: 'scale', to: 'zero' },
    writeStatus({
      ...initialized(seen),
      ...(runOf(seen).reason && changeRun(seen, { reason: undefined })),
    }),
    ...before,
    ...freed(seen),
    normal(seen, `Initialization done! ${canaryName(seen)}`, 'Initialized'),
    alert('started', `New ${seen.canary.spec.targetRef.kind} detected, initialization completed.`, {
      fields: true,
    }),
  ])
}

function made(seen: Observation): Effect[] {
  const [services, ...others] = foundations()
  const isDue = seen.abilities.comesBeforePods && seen.routes === undefined
  const mesh: Effect[] = isDue ? [{ kind: 'route', routes: toTarget }] : []
  return [...firstSight(seen), ...(services ? [services] : []), ...mesh, ...others]
}

/** Until the primary can serve, everybody stays where they are. */
const toTarget: Routes = { primary: 0, canary: 100, mirrored: false, everybody: true }

/**
 * What the primary runs is what counts as promoted. Where the target moved on meanwhile, or its
 * configuration did, the difference is a change, and starts a run.
 */
function initialized(seen: Observation) {
  const { primaryRevision, revision, configs, sizes, promoted: isCopied } = seen.workload
  const promoted = primaryRevision ?? revision
  // The configuration that the primary was made of is nowhere any more.
  const isOld = seen.workload.copyIsBehind && !isCopied && promoted === revision
  const known = isOld ? {} : configs
  return {
    ...sync(seen, 'Initialized'),
    lastAppliedSpec: promoted,
    lastPromotedSpec: promoted,
    trackedConfigs: known,
    promotedConfigs: known,
    ...(sizes && { askedReplicas: { count: sizes.target || sizes.primary } }),
  }
}

/** The phase is the one that the first write of this step leads to. */
function waitsFor(seen: Observation, of: Unready): Effect {
  return { ...notReady(seen, of), phase: 'Initializing' }
}

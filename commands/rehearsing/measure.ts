/** Puts the metric checks of a Canary to their servers, once. */
import type { CanaryResource, MetricTemplateResource } from '../../src/canary/api.gen.ts'
import type { Canary } from '../../src/canary/canary.ts'
import { UsageError } from '../../src/errors.ts'
import { ask } from '../../src/metrics/asking.ts'
import { type MetricCheck, metricChecks } from '../../src/metrics/checks.ts'
import type { Answerer } from '../../src/metrics/conversation.ts'
import { type Judgement, judge } from '../../src/metrics/judge.ts'
import { type Find, type KubeObject, type ObjectRef, refKey } from '../../src/objects.ts'
import { permitted } from '../../src/report/reading/permitted.ts'
import { clean } from '../output/clean.ts'
import { readerOf } from '../shell/reader.ts'
import type { Session } from '../shell/session.ts'
import { type Probe, timed } from './probe.ts'

/** Those of these names, or all; in order. Throws UsageError for a name that none has. */
export function checksOf(
  canary: Canary,
  names: readonly string[],
  of: { find: Find; now: Date },
): MetricCheck[] {
  const all = metricChecks(canary, { ...of, meshProvider: canary.provider })
  const known = all.map(({ metric }) => metric.name)
  const strange = names.find((name) => !known.includes(name))
  if (strange !== undefined)
    throw new UsageError(
      `canary ${canary.name} has no metric "${strange}"; it has ${clean(known.join(', ')) || 'none'}`,
    )
  return names.length === 0 ? all : all.filter(({ metric }) => names.includes(metric.name))
}

/** Rejects when the user gives up, and never for a server that does not answer. */
export async function measured(
  checks: readonly MetricCheck[],
  answer: Answerer,
  { clock }: Pick<Session, 'clock'>,
): Promise<Probe[]> {
  return Promise.all(
    checks.map(async (check) => {
      const { answer: outcome, tookMs } = await timed(clock, () => ask(check, answer))
      return { ...probeOf(judge(check, outcome)), tookMs }
    }),
  )
}

function probeOf({ ok, undecided, result }: Judgement): Omit<Probe, 'tookMs'> {
  const { name, value, unit, min, max, error } = result
  const isEmpty = value === undefined && (error === undefined || /^no values? found$/.test(error))
  const verdict = ok ? 'pass' : isEmpty ? 'no data' : error === undefined ? 'fail' : 'error'
  const why = undecided ?? (verdict === 'error' ? error : undefined)
  return {
    ...{ name, kind: 'metric', verdict },
    ...(value !== undefined && { value }),
    ...(unit !== undefined && { unit }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(why !== undefined && { why }),
  }
}

/** The Canary as if its primary were what is tried, so that queries ask for that workload. */
export function asPrimary(resource: CanaryResource, { names, targetName }: Canary): CanaryResource {
  const { spec } = resource
  if (!spec?.service) return resource
  return {
    ...resource,
    spec: {
      ...spec,
      targetRef: { ...spec.targetRef, name: `${targetName}-primary` },
      service: { ...spec.service, name: names.apex },
    },
  }
}

/** Finds MetricTemplates and their Secrets, read beforehand as far as the user may. */
export async function findOf(canary: Canary, session: Session): Promise<Find> {
  const { get } = permitted(readerOf(session))
  const found = new Map<string, KubeObject>()
  const read = async <T extends KubeObject>(ref: ObjectRef): Promise<T | undefined> => {
    const object = await get<T>(ref)
    if (object) found.set(refKey(ref), object)
    return object
  }
  await Promise.all(
    canary.analysis.metrics.map(async ({ templateRef }) => {
      if (!templateRef) return
      const kind = { apiVersion: 'flagger.app/v1beta1', kind: 'MetricTemplate' }
      const template = await read<MetricTemplateResource>({ ...kind, ...templateRef })
      const { secretRef } = template?.spec?.provider ?? {}
      const { namespace } = templateRef
      if (secretRef) await read({ apiVersion: 'v1', kind: 'Secret', namespace, ...secretRef })
    }),
  )
  // What was asked for under a reference is what the reference names.
  return <T extends KubeObject>(ref: ObjectRef) => found.get(refKey(ref)) as T | undefined
}

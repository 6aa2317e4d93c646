/** Whole rollouts as data: `*.yaml` beside this file, run on any API server. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import type { KubeObject } from '../../src/objects.ts'
import type { Inputs, Scenario } from '../conformance/recording.ts'

/** What a file holds. The base is Deployment and Canary `podinfo`, and metrics that are well. */
interface ScenarioFile extends Partial<Inputs> {
  about: string
  /** The controller's `-mesh-provider`; istio where absent. */
  provider?: string
  flags?: string[]
  /** Merged into the spec of the Canary `podinfo`. */
  canary?: object
  /** Merged into the metadata of the Canary `podinfo`. */
  metadata?: object
}

const folder = import.meta.dirname
/** Short enough for many checks in little time, long enough to see what happens between two. */
const interval = '400ms'

/** Every scenario, by the name of its file. */
export function readScenarios(): Scenario[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
  return files.sort().map((file) => {
    const text = readFileSync(path.join(folder, file), 'utf8')
    return scenarioOf(path.basename(file, '.yaml'), parse(text) as ScenarioFile)
  })
}

function scenarioOf(name: string, file: ScenarioFile): Scenario {
  const { about, provider = 'istio', canary = {}, metadata = {}, ...inputs } = file
  return {
    name,
    about,
    provider,
    kinds: ['VirtualService'],
    metrics: { success: 100, '.*': 0.1 },
    ...inputs,
    flags: [`-minimum-analysis-interval=${interval}`, ...(file.flags ?? [])],
    objects: [deployment, merged(baseCanary, { spec: canary, metadata }), ...(file.objects ?? [])],
    steps: file.steps ?? [],
  }
}

/** A JSON merge patch: what is no object is replaced, null removes. */
export function merged<T extends object>(base: T, change: object): T {
  const result: Record<string, unknown> = Object.fromEntries(Object.entries(base))
  for (const [key, value] of Object.entries(change)) {
    const before = result[key]
    if (value === null) delete result[key]
    else if (isRecord(value)) result[key] = merged(isRecord(before) ? before : {}, value)
    else result[key] = value
  }
  return result as T
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const labels = { app: 'podinfo' }

/** Deployment `podinfo`, one pod of version 6.0.0. */
export const deployment: KubeObject & { spec: object } = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'podinfo', labels },
  spec: {
    replicas: 1,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [{ name: 'podinfod', image: 'podinfo:6.0.0' }] },
    },
  },
}

/** Canary `podinfo`: steps of 20 to 60, rolled back at the second failed check, one metric. */
export const baseCanary: KubeObject & { spec: object } = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'podinfo' },
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
    progressDeadlineSeconds: 60,
    service: { port: 9898 },
    analysis: {
      interval,
      threshold: 2,
      stepWeight: 20,
      maxWeight: 60,
      metrics: [{ name: 'success', query: 'success', thresholdRange: { min: 99 } }],
    },
  },
}

/** Canaries, templates and answers for the tests of metric checks. */
import { parseCanary } from '../../../src/canary/canary.ts'
import type { MetricSource } from '../../../src/metrics/provider.ts'
import { defaults, stored } from '../canary/resource.ts'

export function canary(metrics: object[], spec: object = {}, analysis: object = {}) {
  const paced = { interval: '10s', threshold: 2 }
  return parseCanary(
    stored({ spec: { ...spec }, analysis: { ...paced, metrics, ...analysis } }),
    defaults,
  ).canary
}

export function template(name: string, query: string, provider: object = {}, namespace = 'test') {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'MetricTemplate',
    metadata: { name, namespace },
    spec: { provider: { type: 'prometheus', address: 'http://prom', ...provider }, query },
  }
}

export function secret(name: string, data: Record<string, string>, namespace = 'test') {
  const encoded = Object.entries(data).map(([key, value]) => [key, btoa(value)])
  const metadata = { name, namespace }
  return { apiVersion: 'v1', kind: 'Secret', metadata, data: Object.fromEntries(encoded) }
}

export function vector(...values: string[]) {
  const result = values.map((value) => ({ metric: {}, value: [1, value] }))
  return { status: 200, headers: {}, body: JSON.stringify({ data: { result } }) }
}

export function answer(result: unknown) {
  return { status: 200, headers: {}, body: JSON.stringify({ data: { result } }) }
}

/** Half an hour past midnight. */
export const askedAt = new Date('2026-01-01T00:30:00Z')

/** What a provider is asked: about the last minute, of a server without anything to it. */
export function asked(query: string, source: Partial<MetricSource> = {}) {
  const window = { now: askedAt, intervalMs: 60_000 }
  return {
    address: '',
    secret: {},
    headers: {},
    insecureSkipVerify: false,
    ...source,
    query,
    window,
  }
}

/** An answer with this body, which is sent as JSON unless it is a text. */
export function answered(body: unknown, status = 200) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { http: { status, headers: {}, body: text } }
}

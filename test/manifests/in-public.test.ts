/** Canaries as people have them in public, rewritten: what is refused, and what is told of them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { parseCanary } from '../../src/canary/canary.ts'
import { inspectSpec } from '../../src/inspection/inspect.ts'
import { validate } from '../../src/inspection/validate.ts'
import { routerFor } from '../../src/routers/index.ts'
import { contextOf } from '../conformance/routers/fixtures.ts'
import { refusals } from './custom-resources.ts'

const folder = join(import.meta.dirname, 'in-public')
const known = { meshProvider: 'istio', now: new Date('2030-01-01T12:00:00Z') }

/** A refusal of the API server under strict validation, what holds it, and what is told, in this order. */
function saidOf(file: string): string[] {
  const object: CanaryResource = parse(readFileSync(join(folder, file), 'utf8'))
  const { canary, problems } = parseCanary(object, {
    meshProvider: 'istio',
    metricsServer: 'http://prometheus:9090',
  })
  const abilities = routerFor(canary.provider).abilities({ ...contextOf({}), canary })
  return [
    ...refusals(object).map((text) => `refused: ${text}`),
    ...[...problems, ...validate(canary, { noCrossNamespaceRefs: false })].map(
      (text) => `held: ${text}`,
    ),
    ...inspectSpec(canary, { ...known, abilities }).map(
      ({ isFatal, message }) => `${isFatal ? 'fails' : 'told'}: ${message}`,
    ),
  ]
}

const lacks = (path: string, property: string) =>
  `refused: ${path} must have required property '${property}' {"missingProperty":"${property}"}`
const tooMuch = (path: string, property: string) =>
  `refused: ${path} must NOT have additional properties {"additionalProperty":"${property}"}`

/** All others are sound, and nothing is told of them. */
const expected: Readonly<Record<string, string[]>> = {
  'm01-iterations-and-steps-unknown-metrics.yaml': [
    'fails: spec.analysis.metrics[0] success-rate is not a built-in metric and has no query, so that it never passes; set query or templateRef, or name it request-success-rate or request-duration',
  ],
  'm03-webhooks-at-spec-level.yaml': [tooMuch('/spec', 'webhooks')],
  'm04-steps-outside-analysis.yaml': [
    ...['stepWeight', 'maxWeight', 'steps'].map((field) => tooMuch('/spec', field)),
    ...['apiVersion', 'kind'].map((field) => lacks('/spec/targetRef', field)),
    ...['iterations', 'stepWeight', 'stepWeights'].map((field) => lacks('/spec/analysis', field)),
    'refused: /spec/analysis must match a schema in anyOf {}',
    'held: canary api.: spec.targetRef.apiVersion is missing; add it',
    'held: canary api.: spec.targetRef.kind is missing; add it',
    'held: canary api.: spec.analysis would never end; set stepWeight, stepWeights or iterations to more than 0',
  ],
  'm05-service-primary-host.yaml': [
    tooMuch('/spec/service/primary', 'host'),
    tooMuch('/spec/service/canary', 'host'),
  ],
  'm06-canaryanalysis-in-v1beta1.yaml': [
    lacks('/spec', 'analysis'),
    tooMuch('/spec', 'canaryAnalysis'),
  ],
  'm09-notify-as-confirm-rollout.yaml': [
    'told: spec.analysis.webhooks[0] notify-slack is a gate, which holds the run until it answers yes; to send a message use type event, or analysis.alerts',
    'told: spec.analysis.webhooks[1] notify-on-rollback is asked at each check, and any 2xx answer rolls back; to be told of a rollback set call to onRollback',
  ],
  'm11-bookinfo.yaml': [
    'told: spec.analysis.metrics[0] my metric has $interval in its query, which nothing fills in; write {{ interval }}',
  ],
  'n05-ab-ready-threshold-0.yaml': [
    lacks('/spec/analysis', 'interval'),
    'held: canary petclinic-was.: spec.analysis.interval is missing; add it',
    'told: spec.analysis.interval "" is no duration, 1m0s is used; write it like 1m',
  ],
  'n06-alert-refs-and-thread-count.yaml': [
    tooMuch('/spec', 'alertRefs'),
    tooMuch('/spec/analysis/metrics/0', 'threadCount'),
    'fails: spec.analysis.metrics[0] custom-error-rate can\'t be asked: Prometheus query failed for custom-error-rate: template excution failed: template: tmpl:1:79: executing "tmpl" at <.Namespace>: nil data; no entry for key "Namespace"; write {{ namespace }} in place of {{ .Namespace }}, and so on',
  ],
}

test.each(readdirSync(folder))('%s is told at first sight what is wrong with it', (file) => {
  expect(saidOf(file)).toEqual(expected[file] ?? [])
})

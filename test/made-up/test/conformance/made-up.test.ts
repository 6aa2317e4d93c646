/**
 * Runs in a copy of the project that has the made-up folders and what `npm run generate` made of
 * them: whoever asks finds each, and no list was edited.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { changeOf } from '../../commands/changing/change.ts'
import { judge } from '../../commands/changing/judge.ts'
import { commands } from '../../commands/registry.gen.ts'
import { rootHelp } from '../../commands/shell/help/help-text.ts'
import { controllerRules, viewRules } from '../../scripts/generate/deploy/rbac.ts'
import { decide } from '../../src/analysis/decide.ts'
import { parseCanary } from '../../src/canary/canary.ts'
import { resourceKind } from '../../src/known-kinds.ts'
import { metricProviders } from '../../src/metrics/index.ts'
import { notifiers } from '../../src/notifiers/index.ts'
import { summarize } from '../../src/report/summary.ts'
import { nudge } from '../../src/requests/nudge/index.ts'
import { readRequests } from '../../src/requests/request.ts'
import { checksFor, claimsOf, routerFor, unknownProvider } from '../../src/routers/index.ts'
import { tideway } from '../../src/routers/tideway/index.ts'
import { plane } from '../../src/routers/tideway/plane.ts'
import { planes } from '../../src/sandbox/planes.gen.ts'
import { accordion } from '../../src/scalers/accordion/index.ts'
import { refusedScaler, scalerFor } from '../../src/scalers/index.ts'
import { workloadFor } from '../../src/workloads/index.ts'
import { shift } from '../../src/workloads/shift/index.ts'
import { refusals } from '../manifests/custom-resources.ts'
import { observation } from '../support/observation.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const targetRef = { apiVersion: 'people.example.com/v1', kind: 'Shift', name: 'night' }
const autoscalerRef = { apiVersion: 'music.example.com/v1', kind: 'Accordion', name: 'night' }
const analysis = { interval: '1m', threshold: 1, stepWeight: 10 }
const stored = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'night', namespace: 'test' },
  spec: { provider: 'tideway', targetRef, autoscalerRef, service: { port: 80 }, analysis },
}
const { canary } = parseCanary(stored, { meshProvider: 'istio', metricsServer: '' })

describe('what is made up', () => {
  test('a provider is served, with its queries, claims and plane', () => {
    expect(unknownProvider('tideway')).toBeUndefined()
    expect(routerFor('tideway')).toBe(tideway.router)
    expect(checksFor('tideway')).toBe(tideway.checks)
    expect(claimsOf('tideway', { service: { port: 80, name: 'shop' } })).toHaveLength(1)
    expect(planes.find(({ serves }) => serves('tideway'))?.plane).toBe(plane)
    expect(unknownProvider('tidewy')).toContain('tideway')
  })

  test('target and autoscaler are those of a Canary that names them', () => {
    expect(workloadFor(canary)).toBe(shift.workload)
    expect(scalerFor(canary)).toBe(accordion.scaler)
    expect(refusedScaler(canary)).toBeUndefined()
  })

  test('a metric service and receiver of alerts are found by their names', () => {
    expect(Object.keys(metricProviders)).toContain('abacus')
    expect(Object.keys(notifiers)).toContain('pigeon')
  })

  const madeKinds = [...tideway.kinds, ...shift.kinds, ...accordion.kinds]

  test.each(madeKinds)('objects of kind $kind can be watched, written and looked at', (of) => {
    const rights = (rules: ReturnType<typeof controllerRules>) =>
      rules
        .filter(({ apiGroups }) => apiGroups.includes(of.apiVersion.split('/')[0] ?? ''))
        .flatMap(({ resources, verbs }) => (resources.includes(of.plural) ? verbs : []))
    // A target is the user's; routes, and the copies of autoscalers, are ours to remove.
    const deletes = shift.kinds.includes(of) ? [] : ['delete']

    expect(resourceKind(of)).toEqual(of)
    expect(rights(controllerRules())).toEqual([
      ...['get', 'list', 'watch', 'create', 'update'],
      ...deletes,
    ])
    expect(rights(viewRules())).toEqual(['get', 'list', 'watch'])
    for (const role of ['cluster/rbac', 'cluster/user-roles', 'namespaced/rbac'])
      expect(read(`deploy/${role}.yaml`)).toContain(of.plural)
  })

  test('the definitions accept what names them', () => {
    const { apiVersion, metadata } = stored
    const provider = { type: 'abacus', address: 'http://abacus.example.com' }
    const alert = { type: 'pigeon', address: 'http://loft.example.com' }
    const objects = [
      stored,
      { apiVersion, kind: 'MetricTemplate', metadata, spec: { provider, query: 'beads' } },
      { apiVersion, kind: 'AlertProvider', metadata, spec: alert },
    ]

    for (const object of objects) expect(refusals(object)).toEqual([])
  })

  test('the tables of README and documents list them', () => {
    for (const page of ['README.md', 'docs/compatibility.md'])
      for (const name of ['Shift', 'Accordion', 'tideway', 'abacus', 'pigeon'])
        expect(read(page)).toMatch(new RegExp(`\\| .*\`${name}\``))
  })

  const asked = { 'flagger.app/nudge': '{"id":"1","mode":"softly"}' }
  const inRun = (phase: 'Progressing' | 'Failed') =>
    observation({ canary: { annotations: asked, status: { phase } } })

  test('a verb is read, carried out by its own rule, and answered', () => {
    const [request] = readRequests(asked)
    expect(request).toMatchObject({ verb: 'nudge', mode: 'softly' })

    const decision = decide(inRun('Progressing'), {})
    expect(decision).toMatchObject({ kind: 'act', rule: 'nudgedByPerson' })
    expect(JSON.stringify(decision)).toContain('looked again')
    expect(JSON.stringify(decide(inRun('Failed'), {}))).toContain('nothing is under way')
  })

  test('a verb has a command with its flags, which judges as the controller does', async () => {
    const command = await commands.nudge?.load()
    expect(command?.summary).toBe(nudge.command.summary)
    expect(command?.flags).toHaveProperty('softly')

    const kindIn = (phase: 'Progressing' | 'Failed') => {
      const { canary: seen, now } = inRun(phase)
      const [request] = readRequests(asked)
      const change = changeOf(request?.verb ?? 'abort', {})
      return judge({ change, canary: seen, summary: summarize(seen, now), command: String }).kind
    }
    expect([kindIn('Progressing'), kindIn('Failed')]).toEqual(['go', 'no'])
  })

  test('a command is found by its file, under its names', async () => {
    expect(commands.glance).toMatchObject({ aliases: ['peek'] })
    const help = await rootHelp('kubectl canary', commands)
    expect(help.indexOf('  glance ')).toBeLessThan(help.indexOf('  nudge '))
    for (const name of ['glance', 'nudge']) expect(read('README.md')).toContain(`\`${name}\``)
    expect(read('docs/annotations.md')).toContain(
      '| `flagger.app/nudge` | Look at the run again. |',
    )
  })
})

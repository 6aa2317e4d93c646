/** What tools for GitOps make of a Canary in each phase, by their own libraries. */
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import type { Phase } from '../../src/canary/api.gen.ts'
import { phases } from '../../src/canary/phases.ts'
import { promotedCondition } from '../../src/canary/status/conditions.ts'
import type { KubeObject } from '../../src/objects.ts'
import { canaryObject } from '../support/canary-object.ts'
import { clusterTest, runFolder, runHelm } from './cluster-test.ts'
import { moduleFolder } from './control-plane/go.ts'
import { buildReaders } from './control-plane/readers.ts'
import { crdsIn, installCrds } from './crds.ts'
import { blocks, page } from './documents.ts'

let readers: string

beforeAll(async () => {
  if (runFolder !== '') readers = await buildReaders(() => {})
}, 600_000)

/** As the controller leaves a Canary in a phase, and one that it has not looked at. */
const untouched = canaryObject()
const inPhase = (phase: Phase) => {
  const conditions = promotedCondition([], { phase, kind: 'Deployment', now: new Date(0) })
  const status = { phase, canaryWeight: 0, failedChecks: 0, iterations: 0, conditions }
  return canaryObject({ metadata: { generation: 1 }, status: { ...status, observedGeneration: 1 } })
}

/** The answers of a reader of JSON about objects. */
async function ask<T>(program: string, args: readonly string[], input: unknown): Promise<T[]> {
  const asked = promisify(execFile)(path.join(readers, program), args)
  asked.child.stdin?.end(JSON.stringify(input))
  return JSON.parse((await asked).stdout) as T[]
}

const byPhase = async <T>(of: (objects: KubeObject[]) => Promise<T[]>): Promise<object> => {
  const answers = await of(phases.map(inPhase))
  return Object.fromEntries(phases.map((phase, index) => [phase, answers[index]]))
}

const argo = 'github.com/argoproj/argo-cd/v3@v3.4.0'
const ofPage = async () =>
  blocks(await page('install/argo-cd.md'), 'yaml').map((text) => parse(text))

/** The script of the page. */
async function ownCheck(): Promise<string> {
  const key = 'resource.customizations.health.flagger.app_Canary'
  const settings = (await ofPage()).find((one) => one[key] !== undefined)
  const file = path.join(runFolder, 'health.lua')
  await writeFile(file, settings[key])
  return file
}

const argoHealth = (script: string, objects: readonly KubeObject[]) =>
  ask<{ status: string; message: string }>('argo-health', [script], objects)

const argoStatuses = (script: string) =>
  byPhase(async (objects) => (await argoHealth(script, objects)).map(({ status }) => status))

clusterTest(
  'Argo CD has a health for every phase, by the script of the page about it',
  async () => {
    expect(await argoStatuses(await ownCheck())).toEqual({
      '': 'Progressing',
      Initializing: 'Progressing',
      Initialized: 'Healthy',
      Waiting: 'Suspended',
      Progressing: 'Progressing',
      WaitingPromotion: 'Suspended',
      Promoting: 'Progressing',
      Finalising: 'Progressing',
      Succeeded: 'Healthy',
      Failed: 'Degraded',
      Terminating: 'Progressing',
      Terminated: 'Progressing',
    })
  },
)

clusterTest(
  'Argo CD shows what the condition says, and a canary that nobody looked at',
  async () => {
    expect(await argoHealth(await ownCheck(), [inPhase('Failed'), untouched])).toEqual([
      { status: 'Degraded', message: 'Canary analysis failed, Deployment scaled to zero.' },
      { status: 'Progressing', message: 'not looked at yet' },
    ])
  },
)

clusterTest(
  'the check that Argo CD brings reads every phase, and knows less of them, as its page says',
  { timeout: 240_000 },
  async () => {
    const folder = await moduleFolder(argo)
    const brought = path.join(folder, 'resource_customizations/flagger.app/Canary/health.lua')

    expect(await argoStatuses(brought)).toMatchObject({
      Initializing: 'Unknown',
      Initialized: 'Healthy',
      Waiting: 'Unknown',
      Progressing: 'Progressing',
      WaitingPromotion: 'Unknown',
      Promoting: 'Progressing',
      Finalising: 'Progressing',
      Succeeded: 'Healthy',
      Failed: 'Degraded',
      Terminating: 'Unknown',
    })
  },
)

interface Application extends KubeObject {
  spec: { source: { path: string; helm: { valuesObject: object } } }
}

/** The Application of the page, and what it says of those that have canaries. */
async function applications(): Promise<[Application, { spec: object }]> {
  const found = (await ofPage()).filter(({ spec }) => spec !== undefined)
  expect(found).toHaveLength(2)
  return [found[0], found[1]]
}

clusterTest(
  'Argo CD’s own definition takes the Application of the page, and one that ignores differences',
  { timeout: 240_000 },
  async ({ api, namespace }) => {
    const folder = await moduleFolder(argo)
    await installCrds(api, await crdsIn(path.join(folder, 'manifests/crds/application-crd.yaml')))
    const [first, more] = await applications()
    const second = { ...first, spec: { ...first.spec, ...more.spec } }

    for (const [name, one] of Object.entries({ first, second })) {
      const wanted = { ...one, metadata: { name, namespace } }
      const made = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/applications`
      expect(await api.request('POST', `${made}?fieldValidation=Strict`, wanted)).toMatchObject(
        wanted,
      )
    }
  },
)

clusterTest('the chart takes the values of the Application in the page about Argo CD', async () => {
  const [{ spec }] = await applications()
  const file = path.join(runFolder, 'application.json')
  await writeFile(file, JSON.stringify(spec.source.helm.valuesObject))

  const rendered = await runHelm('template', 'flagger', spec.source.path, `--values=${file}`)

  expect(rendered).toContain('-mesh-provider=istio')
  expect(rendered).toContain('kind: CustomResourceDefinition')
})

/** The expressions of the Kustomization that waits for runs, in the page about Flux. */
async function expressions(): Promise<object> {
  const objects = blocks(await page('install/flux.md'), 'yaml')
    .flatMap((text) => parseAllDocuments(text))
    .map((document) => document.toJS() as { spec: { healthCheckExprs?: object[] } })
  const [found] = objects.flatMap(({ spec }) => spec.healthCheckExprs ?? [])
  expect(found).toMatchObject({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary' })
  return found ?? {}
}

const fluxHealth = (objects: readonly KubeObject[], expressions: object | null) =>
  ask<string>('flux-health', [], { expressions, objects })

clusterTest(
  'Flux waits for the end of a run, by the expressions of the page about it',
  async () => {
    const own = await expressions()

    expect(await byPhase((objects) => fluxHealth(objects, own))).toEqual({
      '': 'InProgress',
      Initializing: 'InProgress',
      Initialized: 'Current',
      Waiting: 'InProgress',
      Progressing: 'InProgress',
      WaitingPromotion: 'InProgress',
      Promoting: 'InProgress',
      Finalising: 'InProgress',
      Succeeded: 'Current',
      Failed: 'Failed',
      Terminating: 'InProgress',
      Terminated: 'InProgress',
    })
    expect(await fluxHealth([untouched], own)).toEqual(['Unknown'])
  },
)

clusterTest('Flux by itself takes every phase for well, as its page says', async () => {
  const statuses = await fluxHealth(phases.map(inPhase), null)

  expect(new Set(statuses)).toEqual(new Set(['Current']))
  const unseen = { ...inPhase('Succeeded'), metadata: { name: 'podinfo', generation: 2 } }
  expect(await fluxHealth([unseen], null)).toEqual(['InProgress'])
})

/** What only one folder knows stands in that folder: others ask what it says of itself. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { metricServices } from '../../../src/metrics/registry.gen.ts'
import { notifierServices } from '../../../src/notifiers/registry.gen.ts'
import { providers } from '../../../src/routers/registry.gen.ts'
import { scalerKinds } from '../../../src/scalers/registry.gen.ts'
import { workloadKinds } from '../../../src/workloads/registry.gen.ts'

const root = path.join(import.meta.dirname, '../../..')

const names: Readonly<Record<string, readonly string[]>> = {
  routers: providers.flatMap((provider) => provider.names),
  workloads: workloadKinds.map(({ kind }) => kind),
  scalers: scalerKinds.map(({ kind }) => kind),
  metrics: metricServices.map(({ type }) => type),
  notifiers: notifierServices.map(({ type }) => type),
}

/** Words that mean something else as well. */
const ambiguous: Readonly<Record<string, string>> = {
  Service: 'the object that routes lead to',
  webhook: 'a check by a hook',
}

/** Places that may name them, and why. */
const reasons: readonly { where: RegExp; because: string }[] = [
  { where: /\.gen\.ts$/, because: 'generated from the folders' },
  { where: /^src\/sandbox\//, because: 'the embedded cluster is a Kubernetes, with its own kinds' },
  {
    where: /^(src\/installation|commands\/(installing|administer))\//,
    because: 'what runs the controller is a Deployment',
  },
  {
    where: /^src\/scalers\/pair\.ts$/,
    because: 'KEDA and Kubernetes take an autoscaler that names no kind for one of a Deployment',
  },
  {
    where: /^controller\/process\/config\/global-alerts\.ts$/,
    because: 'Flagger has flags for alerts of all canaries, of Slack and Teams',
  },
  {
    where: /^(src\/drafts\/rollout|commands\/importing)\//,
    because: 'what Argo Rollouts calls by its names is put into ours',
  },
  {
    where: /^controller\/rehearsal\//,
    because: 'a rehearsal plays the workloads and the Prometheus of the embedded cluster',
  },
  {
    where: /^src\/(drafts\/own-queries|cluster-check\/metric-servers)\.ts$/,
    because: 'the built-in checks are queries for Prometheus, and only its API is known to answer',
  },
]

interface Place {
  file: string
  name: string
}

/** Texts that are nothing but a name, in files outside the folders of things. */
function placesIn(file: string): Place[] {
  const text = readFileSync(path.join(root, file), 'utf8')
  const known = new Set(Object.values(names).flat())
  const texts = [...text.matchAll(/(['"])([\w:.-]+)\1/g)].map(([, , name = '']) => name)
  return texts
    .filter((name) => known.has(name) && !(name in ambiguous))
    .map((name) => ({ file, name }))
}

/** A folder with an `index.ts` is one thing of its sort. */
function isOfAThing(file: string): boolean {
  const [src, sort = '', thing = '', more] = file.split('/')
  if (src !== 'src' || !(sort in names) || more === undefined) return false
  return existsSync(path.join(root, src, sort, thing, 'index.ts'))
}

const places = ['src', 'commands', 'controller']
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => path.join(folder, file)),
  )
  .filter((file) => !isOfAThing(file))
  .flatMap(placesIn)

test('no provider, kind, metric service or receiver is named outside of its folder', () => {
  const without = places.filter(({ file }) => !reasons.some(({ where }) => where.test(file)))
  expect(without).toEqual([])
})

test.each(reasons)('a name still stands where $because', ({ where }) => {
  expect(places.map(({ file }) => file)).toContainEqual(expect.stringMatching(where))
})

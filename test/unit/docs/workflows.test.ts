/** What workflows may do, and that they name what is there. */
import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { supportedVersions } from '../../cluster/control-plane/versions.ts'

const root = new URL('../../../', import.meta.url).pathname
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8')

interface Workflow {
  permissions: Record<string, string>
  jobs: Record<string, Job>
}

interface Job {
  permissions?: Record<string, string>
  'timeout-minutes'?: number
  strategy?: { matrix: Record<string, string[]> }
  steps: { uses?: string; run?: string; with?: Record<string, unknown> }[]
}

const workflows = globSync('.github/workflows/*.yml', { cwd: root }).map((path) => {
  const text = read(path)
  return { path, text, workflow: parse(text) as Workflow }
})
const jobs = workflows.flatMap(({ path, workflow }) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ name: `${path} ${name}`, job })),
)

test('every action is pinned to a commit, with its version beside it', () => {
  const lines = workflows.flatMap(({ text }) => text.split('\n'))
  const uses = lines.filter((line) => /\buses:/.test(line))

  expect(uses.length).toBeGreaterThan(5)
  const pinned = /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/
  expect(uses.filter((line) => !pinned.test(line))).toEqual([])
})

test('an action has one version, wherever it is used', () => {
  const used = jobs.flatMap(({ job }) => job.steps.flatMap(({ uses }) => uses ?? []))
  const names = new Set(used.map((one) => one.split('@')[0]))

  expect(new Set(used).size).toBe(names.size)
})

test('the token reads, but in the job that releases; no step leaves it behind', () => {
  for (const { workflow } of workflows) expect(workflow.permissions).toEqual({ contents: 'read' })
  const raised = jobs.filter(({ job }) => job.permissions !== undefined)
  expect(raised.map(({ name }) => name)).toEqual(['.github/workflows/release.yml release'])
  for (const { job } of jobs)
    for (const { uses, with: inputs } of job.steps)
      if (uses?.startsWith('actions/checkout@'))
        expect(inputs).toMatchObject({ 'persist-credentials': false })
})

test('no job runs without an end', () => {
  for (const { name, job } of jobs) expect(job['timeout-minutes'], name).toBeGreaterThan(0)
})

test('no text of an event is put into a command', () => {
  for (const { job } of jobs) for (const { run = '' } of job.steps) expect(run).not.toContain('${{')
})

test('the real cluster is run in every version that can be built', () => {
  const matrices = jobs.flatMap(({ job }) => job.strategy?.matrix.kubernetes ?? [])

  expect(matrices).toEqual(supportedVersions)
})

test('the scripts that workflows call are there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const called = workflows.flatMap(({ text }) =>
    [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name),
  )

  expect(called.length).toBeGreaterThan(2)
  expect(called.filter((name) => scripts[name] === undefined)).toEqual([])
})

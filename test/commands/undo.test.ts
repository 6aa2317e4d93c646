/** `undo`: real command lines, and the template that the target has afterwards. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import type { Templated } from '../../src/workloads/pods/pod-template.ts'
import { revisionOf } from '../../src/workloads/revision.ts'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { workloads } from './support/objects.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster
const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'test', name: 'podinfo' }
const stored = () => cluster.server.store.get<Templated>(target)
const image = () => stored()?.spec.template.spec.containers[0]?.image

beforeEach(async () => {
  cluster = await startCluster()
  const [deployment, ...others] = workloads({
    ...{ name: 'podinfo', image: 'podinfo:6.0.1', promoted: 'podinfo:6.0.0', replicas: 1 },
  })
  if (!deployment) return
  cluster.put(deployment, ...others)
  const found = stored()
  const template = found?.spec.template
  const old = template && {
    ...template,
    spec: { ...template.spec, containers: [{ name: 'podinfod', image: 'podinfo:5.9.9' }] },
  }
  cluster.put(
    canaryObject({
      status: { phase: 'Progressing', lastPromotedSpec: revisionOf('x'), lastAppliedSpec: 'v2:b' },
    }),
    {
      ...{ apiVersion: 'apps/v1', kind: 'ReplicaSet' },
      metadata: {
        ...{ name: 'podinfo-1', namespace: 'test', labels: { app: 'podinfo' } },
        annotations: { 'deployment.kubernetes.io/revision': '4' },
        ownerReferences: [{ ...target, uid: found?.metadata.uid ?? '' }],
      },
      spec: { selector: { matchLabels: { app: 'podinfo' } }, template: old },
    } as KubeObject,
  )
})
afterEach(() => cluster.close())

test('the target gets the template of the primary, once somebody has said yes', async () => {
  const asked = await cluster.run('undo podinfo')
  expect(asked).toMatchObject({ code: 2, stdout: '' })
  expect(asked.stderr).toContain('undo needs confirmation; pass --yes')
  expect(await cluster.run('undo podinfo --yes')).toEqual({
    code: 0,
    stdout: 'deployment.apps/podinfo set back to podinfo:6.0.0 (the promoted revision)\n',
    stderr: '',
  })
  expect(image()).toBe('podinfo:6.0.0')
  const again = await cluster.run('undo podinfo --yes')
  expect(again.stdout).toContain('unchanged (it has the promoted revision: podinfo:6.0.0)')
})

test('a dry run changes nothing', async () => {
  for (const how of ['client', 'server']) {
    const { code, stdout } = await cluster.run(`undo podinfo --dry-run=${how}`)
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('dry run)') })
  }
  expect(image()).toBe('podinfo:6.0.1')
})

test('an older revision is had by its number', async () => {
  const { code, stdout } = await cluster.run('undo podinfo --to-revision=4 --yes')
  expect({ code, stdout }).toEqual({
    ...{ code: 0, stdout: 'deployment.apps/podinfo set back to podinfo:5.9.9 (revision 4)\n' },
  })
  expect(await cluster.run('undo podinfo --to-revision=9 --yes')).toEqual({
    ...{ code: 6, stdout: '' },
    stderr:
      'error: canary.flagger.app/podinfo cannot be undone: there is no revision 9\n  there are: 4\n',
  })
})

test('the run that follows is let through where that is asked for', async () => {
  const end = cluster.answerRequests('done', 'the next run goes through')
  const { code } = await cluster.run('undo podinfo --to-revision=4 --skip-run --yes')
  end()
  expect(code).toBe(0)
  expect(cluster.canary('podinfo')?.metadata.annotations).toHaveProperty([
    'flagger.app/skip-analysis',
  ])
  expect((await cluster.run('undo podinfo --skip-run --yes')).code).toBe(2)
})

test('who manages the target from Git is named', async () => {
  const labels = { 'kustomize.toolkit.fluxcd.io/name': 'apps' }
  cluster.server.store.patch(target, { metadata: { labels } }, { type: 'merge' } as never)
  const { stderr } = await cluster.run('undo podinfo --yes')
  expect(stderr).toBe(
    'note: Flux Kustomization apps manages it, and will bring the new version back\n',
  )
})

test('it is an action as a document', async () => {
  const { stdout } = await cluster.run('undo podinfo --yes -o json')
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ kind: 'CanaryAction', verb: 'undo', outcome: 'accepted', phaseBefore: 'Progressing' },
  })
})

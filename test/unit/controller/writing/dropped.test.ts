import { expect, test } from 'vitest'
import {
  createDroppedTeller,
  droppedFrom,
  withDropped,
} from '../../../../controller/writing/dropped.ts'
import type { CanaryResource, CanaryStatus } from '../../../../src/canary/api.gen.ts'
import { silent } from '../../../../src/io/log.ts'

const sent: CanaryStatus = { phase: 'Progressing', canaryWeight: 0, canaryAnalysis: { runId: 3 } }
const resource = (status: CanaryStatus): CanaryResource => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'podinfo', namespace: 'test' },
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
    analysis: { interval: '1m' },
  },
  status,
})

test('nothing was dropped where the whole status came back', () => {
  expect(droppedFrom(sent, sent)).toEqual({})
  const stored = resource(sent)
  expect(withDropped(stored, {})).toBe(stored)
})

test('what came back less is remembered, and what is stored wins over it', () => {
  const dropped = droppedFrom(sent, { phase: 'Progressing', canaryWeight: 0 })
  expect(dropped).toEqual({ canaryAnalysis: { runId: 3 } })
  const read = withDropped(resource({ phase: 'Failed', canaryWeight: 0 }), dropped)
  expect(read.status).toEqual({ phase: 'Failed', canaryWeight: 0, canaryAnalysis: { runId: 3 } })
})

test('a status that is dropped whole is remembered whole', () => {
  expect(droppedFrom(sent)).toEqual(sent)
})

test('that definitions lack fields is said once, with the fields and the way to bring them', () => {
  const said: [object, string][] = []
  const log = { ...silent, warn: (fields: object, text: string) => void said.push([fields, text]) }
  const tell = createDroppedTeller(log)

  tell({})
  expect(said).toEqual([])
  tell({ canaryAnalysis: { runId: 3 }, history: [] })
  tell({ canaryAnalysis: { runId: 4 } })
  expect(said).toEqual([
    [
      { fields: ['status.canaryAnalysis', 'status.history'] },
      expect.stringMatching(/older than this controller.*kubectl apply .* -f crds$/),
    ],
  ])
})

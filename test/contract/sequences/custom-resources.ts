/** What a definition makes of custom resources. */
import { get, named, patch, query, type Sequence, send } from '../sequence.ts'
import { canaries, canary, podinfo } from './objects.ts'

export const customResources: Sequence[] = [
  {
    name: 'defaults, pruning and generation of a custom resource',
    steps: [
      send('POST', canaries, canary('podinfo', { unknown: { field: 1 } })),
      get(podinfo),
      patch('merge', podinfo, { spec: { suspend: true } }),
      patch('merge', podinfo, { metadata: { labels: { a: 'b' } } }),
      patch('merge', podinfo, { spec: { suspend: true } }),
      patch('merge', podinfo, { status: { phase: 'Failed' } }),
      patch('strategic', podinfo, { spec: { suspend: false } }),
      patch('json', podinfo, [{ op: 'replace', path: '/spec/suspend', value: false }]),
      send('POST', query(canaries, 'fieldValidation=Strict'), canary('two', { unknown: 1 })),
      patch('merge', query(podinfo, 'fieldValidation=Strict'), { spec: { unknown: 1 } }),
    ],
  },
  {
    name: 'validation of a custom resource',
    steps: [
      send('POST', canaries, canary('podinfo', { targetRef: null })),
      send('POST', canaries, canary('podinfo', { targetRef: { kind: 'Deployment' } })),
      send('POST', canaries, canary('podinfo', { provider: 'nobody' })),
      send('POST', canaries, canary('podinfo', { progressDeadlineSeconds: 'soon' })),
      send('POST', canaries, canary('podinfo', { service: {} })),
      send('POST', canaries, canary('podinfo', { service: { port: 'http' } })),
      send('POST', canaries, canary('podinfo', { analysis: { interval: '1x' } })),
      send('POST', canaries, canary('podinfo', { analysis: {} })),
      send('POST', canaries, canary('podinfo', { analysis: [] })),
      send('POST', canaries, canary('podinfo', { suspend: 'yes' })),
      send('POST', canaries, { ...canary('podinfo'), spec: 1 }),
      send('POST', canaries, { ...canary('podinfo'), apiVersion: 'flagger.app/v1' }),
    ],
  },
  {
    name: 'the status of a custom resource',
    steps: [
      send('POST', canaries, { ...canary('podinfo'), status: { phase: 'Failed' } }),
      send('PUT', named(canaries, 'podinfo/status'), ({ field }) => ({
        ...canary('podinfo', { suspend: true }),
        metadata: {
          name: 'podinfo',
          resourceVersion: field(0, 'metadata', 'resourceVersion'),
          labels: { ignored: 'yes' },
        },
        status: { phase: 'Initialized', canaryWeight: 0, failedChecks: 0, iterations: 0, no: 1 },
      })),
      get(podinfo),
      send('PUT', named(canaries, 'podinfo/status'), ({ field }) => ({
        ...canary('podinfo'),
        metadata: { name: 'podinfo', resourceVersion: field(0, 'metadata', 'resourceVersion') },
        status: { phase: 'Failed' },
      })),
      patch('merge', named(canaries, 'podinfo/status'), { status: { phase: 'Progressing' } }),
      patch('merge', named(canaries, 'podinfo/status'), { spec: { suspend: true } }),
      patch('merge', named(canaries, 'podinfo/status'), { status: { phase: 'Dreaming' } }),
      send('PUT', podinfo, ({ field }) => ({
        ...canary('podinfo'),
        metadata: { name: 'podinfo', resourceVersion: field(4, 'metadata', 'resourceVersion') },
      })),
      get(named(canaries, 'podinfo/status')),
      get(named(canaries, 'podinfo/scale')),
    ],
  },
]

/** Lists, tables, metadata and watches. */
import {
  get,
  named,
  type Past,
  patch,
  query,
  type Sequence,
  type Step,
  send,
  step,
} from '../sequence.ts'
import { canaries, canary, metadataList, metadataOnly, podinfo, table } from './objects.ts'

export const reads: Sequence[] = [
  {
    name: 'lists by selectors, in pages, of metadata, as tables',
    steps: [
      send('POST', canaries, canary('one')),
      send('POST', canaries, {
        ...canary('two'),
        metadata: { name: 'two', labels: { tier: 'b' } },
      }),
      send('POST', canaries, canary('three')),
      get(canaries),
      get(query(canaries, 'labelSelector=contract%3Dyes')),
      get(query(canaries, 'labelSelector=contract%21%3Dyes')),
      get(query(canaries, 'labelSelector=tier+in+%28a%2Cb%29')),
      get(query(canaries, 'labelSelector=%21tier')),
      get(query(canaries, 'fieldSelector=metadata.name%3Dtwo')),
      get(query(canaries, 'fieldSelector=metadata.name%21%3Dtwo')),
      get(query(canaries, 'limit=2')),
      step((past) => ({
        method: 'GET',
        path: `${canaries(past)}?limit=2&continue=${past.field(10, 'metadata', 'continue')}`,
      })),
      get(query(canaries, 'limit=2&continue=nonsense')),
      get(query(canaries, 'resourceVersion=nonsense')),
      get(canaries, table),
      get(named(canaries, 'one'), table),
      get(query(canaries, 'includeObject=None'), table),
      get(named(canaries, 'one'), metadataOnly),
      get(canaries, metadataList),
      step((past) => ({
        method: 'DELETE',
        path: `${canaries(past)}?labelSelector=contract%3Dyes`,
      })),
      get(canaries),
      step((past) => ({ method: 'DELETE', path: canaries(past) })),
      get(canaries),
    ],
  },
  {
    name: 'watches from a version on',
    steps: [
      get(canaries),
      send('POST', canaries, canary('podinfo')),
      patch('merge', podinfo, { metadata: { labels: { contract: 'no' } } }),
      patch('merge', podinfo, { metadata: { labels: { contract: 'no' } } }),
      patch('merge', named(canaries, 'podinfo/status'), { status: { phase: 'Initialized' } }),
      step((past) => ({ method: 'DELETE', path: podinfo(past) })),
      watch(canaries),
      watch(canaries, 'labelSelector=contract%3Dyes'),
      watch(canaries, 'fieldSelector=metadata.name%3Dother'),
      watch(canaries, '', metadataOnly),
      step((past) => ({
        method: 'GET',
        path: `${canaries(past)}?watch=1&timeoutSeconds=1&resourceVersion=nonsense`,
      })),
    ],
  },
  {
    name: 'watches that begin with what is there',
    steps: [
      send('POST', canaries, canary('podinfo')),
      get(query(canaries, 'watch=1&timeoutSeconds=1')),
      get(query(canaries, 'watch=1&timeoutSeconds=1&resourceVersion=0')),
      get(
        query(
          canaries,
          'watch=1&timeoutSeconds=1&sendInitialEvents=true&allowWatchBookmarks=true' +
            '&resourceVersionMatch=NotOlderThan',
        ),
      ),
      get(query(canaries, 'watch=1&timeoutSeconds=1&sendInitialEvents=true')),
    ],
  },
]

/** A watch of a second, from the version of the first answer on. */
function watch(path: (past: Past) => string, more = '', accept?: string): Step {
  return step((past) => {
    const version = past.field(0, 'metadata', 'resourceVersion')
    return {
      method: 'GET',
      path: `${path(past)}?watch=1&timeoutSeconds=1&resourceVersion=${version}&${more}`,
      ...(accept && { accept }),
    }
  })
}

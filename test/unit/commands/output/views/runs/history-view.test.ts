import { expect, test } from 'vitest'
import { widthOf } from '../../../../../../commands/output/clean.ts'
import { createStyle } from '../../../../../../commands/output/style.ts'
import {
  type HistoryOptions,
  historyLines,
} from '../../../../../../commands/output/views/runs/history-view.ts'
import { historyOf } from '../../../../../../src/report/runs/history.ts'
import { before, canary, now, progressing } from '../../../builders.ts'
import { golden, letters } from '../../../viewing.ts'

const images = [
  {
    container: 'podinfod',
    from: 'ghcr.io/stefanprodan/podinfo:5.9.2',
    to: 'ghcr.io/stefanprodan/podinfo:6.0.0',
  },
]
const error =
  'request failed: Post "http://prometheus.monitoring:9090/api/v1/query": 503 Service Unavailable'
const of = historyOf(
  canary({
    status: {
      ...progressing,
      history: [
        {
          ...{ id: 11, result: 'Failed', reason: 'failed checks threshold reached 5', images },
          ...{ startedAt: before(50_000), endedAt: before(49_460), failedChecks: 5 },
          checks: [
            { name: 'error-rate', kind: 'metric', ok: false, failed: 5, max: 1, error },
            { name: 'load-test', kind: 'webhook', ok: true, failed: 1 },
          ],
        },
        {
          ...{
            id: 10,
            result: 'Failed',
            images,
            startedAt: before(90_000),
            endedAt: before(89_400),
          },
          reason:
            'canary deployment podinfo.test not ready: deployment "podinfo" exceeded its progress deadline',
          deadlineSeconds: 600,
          pods: [
            {
              name: 'podinfo-5f6c8d9b7d-2xk9p',
              reason: 'ImagePullBackOff',
              message: 'Back-off pulling image "ghcr.io/stefanprodan/podinfo:6.0.0"',
            },
          ],
        },
        {
          ...{
            id: 9,
            result: 'Aborted',
            images,
            startedAt: before(99_000),
            endedAt: before(98_700),
          },
          ...{ reason: 'aborted by bob: 5xx in checkout', by: 'bob', failedChecks: 1 },
          requests: [
            { verb: 'pause', by: 'jane', result: 'accepted', at: before(98_900), reason: 'look' },
            { verb: 'abort', by: 'bob', result: 'done', at: before(98_700) },
          ],
        },
        {
          ...{ id: 8, result: 'Succeeded', images, startedAt: before(200_000) },
          endedAt: before(199_100),
        },
      ],
    },
  }),
)

const view = (options: Partial<HistoryOptions> = {}) =>
  historyLines(
    of.runs.map((run) => ({ run, of: of.metadata })),
    {
      style: createStyle({ color: false, ascii: false }),
      now,
      width: undefined,
      headers: true,
      names: 'none',
      ...options,
    },
  )

test.each([80, 160])('history at %i columns', async (width) => {
  await expect(`${view({ width }).join('\n')}\n`).toMatchFileSnapshot(golden(`history-${width}`))
})

test.each([40, 60, 80, 120, 200])('nothing of a cause is lost at %i columns', (width) => {
  const lines = view({ width })
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(Math.max(width, 60))
  for (const cause of of.runs.flatMap((run) => run.cause ?? []))
    if (cause !== 'null') expect(letters(lines.join(''))).toContain(letters(cause))
})

test('of several canaries each row says whose it is', () => {
  expect(view({ names: 'namespaced' })[1]).toMatch(/^test\/podinfo +12 +Running /)
  expect(view({ headers: false })[0]).toMatch(/^12 +Running /)
})

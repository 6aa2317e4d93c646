import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createMetrics } from '../../../controller/process/metrics.ts'

const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8')

/** A row of the tables: name, type and labels of a series. */
function documented(): string[] {
  let before = ''
  const rows = [...page.matchAll(/^\| `(flagger_\w+)` \| (\w+) \| ([^|]*) \|/gm)]
  return rows.map(([, name, type, labels = '']) => {
    if (labels !== 'the same') before = [...labels.matchAll(/`(\w+)`/g)].map(([, l]) => l).join()
    return `${name} ${type} ${before}`
  })
}

interface Described {
  name: string
  type: string
  /** In the order in which prom-client was given them. */
  labelNames: string[]
}

function exported(): string[] {
  const { registry, logLost } = createMetrics()
  logLost(() => 0)
  const all = registry.getMetricsAsArray() as unknown as Described[]
  return all
    .filter(({ name }) => name.startsWith('flagger_'))
    .map(({ name, type, labelNames }) => `${name} ${type} ${labelNames.join()}`)
}

test('every series is documented with its type and labels, and none that does not exist', () => {
  expect(documented().toSorted()).toEqual(exported().toSorted())
})

test('buckets of durations are those of Flagger, so that quantiles stay comparable', async () => {
  const { registry } = createMetrics()
  const found = registry.getSingleMetric('flagger_canary_duration_seconds')

  expect(found).toMatchObject({
    upperBounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  })
})

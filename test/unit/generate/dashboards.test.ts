import { expect, test } from 'vitest'
import { createMetrics } from '../../../controller/process/metrics.ts'
import { grafana } from '../../../scripts/generate/pictures/dashboards.ts'

interface Dashboard {
  uid: string
  panels: {
    id: number
    title: string
    gridPos: { x: number; y: number; w: number; h: number }
    targets?: { expr: string }[]
  }[]
}

const dashboards = (await grafana('')).map(({ text }) => JSON.parse(text) as Dashboard)
const all = dashboards.flatMap(({ panels }) => panels)

/** Series that the controller has, with what Prometheus makes of a histogram. */
function exported(): string[] {
  const { registry, logLost } = createMetrics()
  logLost(() => 0)
  return registry
    .getMetricsAsArray()
    .flatMap(({ name }) => [name, `${name}_count`, `${name}_bucket`, `${name}_sum`])
}

test('dashboards ask for series that the controller has', () => {
  const asked = all
    .flatMap(({ targets = [] }) => targets)
    .flatMap(({ expr }) => expr.match(/\b(?:flagger|process)_\w+/g) ?? [])

  expect(asked.length).toBeGreaterThan(10)
  expect([...new Set(asked)].filter((name) => !exported().includes(name))).toEqual([])
})

test('no panel lies over another, and each has a number of its own', () => {
  for (const { panels } of dashboards) {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from(
        { length: w * h },
        (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`,
      ),
    )
    expect(new Set(cells).size).toBe(cells.length)
    expect(panels.every(({ gridPos }) => gridPos.x + gridPos.w <= 24)).toBe(true)
  }
})

test('dashboards keep their address', () => {
  expect(dashboards.map(({ uid }) => uid)).toEqual([
    'kubectl-canary-canaries',
    'kubectl-canary-canary',
    'kubectl-canary-controller',
  ])
})

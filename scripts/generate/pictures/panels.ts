/** Panels of Grafana dashboards, and the grid that they are laid out on. */

interface Size {
  w: number
  h: number
}

/** A panel before it has a place and a number. */
export interface Unplaced {
  size: Size
  panel: Record<string, unknown>
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in
const datasource = { type: 'prometheus', uid: '${datasource}' }
const columns = 24

interface Limits {
  unit?: string
  /** From this value on it is yellow. */
  warnAt?: number
  /** From this value on it is red. */
  alarmAt?: number
  /** Below this value it is red. */
  alarmBelow?: number
}

/** What Grafana sets where it is missing, and its schema asks for. */
const asUsual = {
  justifyMode: 'auto',
  textMode: 'auto',
  orientation: 'auto',
  wideLayout: true,
  showPercentChange: false,
  percentChangeColorMode: 'standard',
}

/** One large number. */
export function number(title: string, expr: string, limits: Limits = {}): Unplaced {
  return {
    size: { w: 6, h: 4 },
    panel: {
      type: 'stat',
      title,
      datasource,
      targets: [{ refId: 'A', datasource, expr, instant: true }],
      fieldConfig: {
        defaults: { unit: limits.unit ?? 'none', thresholds: thresholds(limits) },
        overrides: [],
      },
      options: {
        colorMode: 'value',
        graphMode: 'none',
        ...asUsual,
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      },
    },
  }
}

/** A series for each label set, over time. */
export function graph(
  title: string,
  expr: string,
  { legend, unit = 'short' }: { legend: string; unit?: string },
): Unplaced {
  return {
    size: { w: 12, h: 8 },
    panel: {
      type: 'timeseries',
      title,
      datasource,
      targets: [{ refId: 'A', datasource, expr, legendFormat: legend }],
      fieldConfig: {
        defaults: { unit, min: 0, custom: { lineWidth: 2, fillOpacity: 10 } },
        overrides: [],
      },
      options: {
        legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
        tooltip: { mode: 'multi', sort: 'desc' },
      },
    },
  }
}

/** The label sets of a series, one a line. */
export function table(title: string, expr: string): Unplaced {
  const hidden = ['Time', 'Value', '__name__', 'instance', 'job', 'pod', 'endpoint', 'service']
  return {
    size: { w: 24, h: 8 },
    panel: {
      type: 'table',
      title,
      datasource,
      targets: [{ refId: 'A', datasource, expr, instant: true, format: 'table' }],
      fieldConfig: { defaults: {}, overrides: [] },
      options: { showHeader: true, frameIndex: 0 },
      transformations: [
        {
          id: 'organize',
          options: { excludeByName: Object.fromEntries(hidden.map((name) => [name, true])) },
        },
      ],
    },
  }
}

/** A heading over the panels after it. */
export function row(title: string): Unplaced {
  return { size: { w: columns, h: 1 }, panel: { type: 'row', title, collapsed: false, panels: [] } }
}

/** Panels from left to right and from top to bottom, each with a number of its own. */
export function placed(panels: readonly Unplaced[]): Record<string, unknown>[] {
  let [x, y, height] = [0, 0, 0]
  return panels.map(({ size, panel }, index) => {
    if (x + size.w > columns) [x, y, height] = [0, y + height, 0]
    const gridPos = { x, y, ...size }
    x += size.w
    height = Math.max(height, size.h)
    return { id: index + 1, ...panel, gridPos }
  })
}

function thresholds({ warnAt, alarmAt, alarmBelow }: Limits) {
  const steps = [
    { color: alarmBelow === undefined ? 'green' : 'red', value: null as number | null },
  ]
  if (alarmBelow !== undefined) steps.push({ color: 'green', value: alarmBelow })
  if (warnAt !== undefined) steps.push({ color: 'yellow', value: warnAt })
  if (alarmAt !== undefined) steps.push({ color: 'red', value: alarmAt })
  return { mode: 'absolute', steps }
}

/** A choice at the top of a dashboard, made of the labels that Prometheus has. */
export function variable(name: string, label: string, query: string) {
  return {
    name,
    label,
    type: 'query',
    datasource,
    query: { query, refId: name },
    definition: query,
    refresh: 2,
    sort: 1,
  }
}

/** Of a variable: any number of values, all at first. */
export const several = { multi: true, includeAll: true, current: { text: 'All', value: '$__all' } }

/** A whole dashboard, in the form of Grafana's files. */
export function dashboard(
  name: string,
  title: string,
  panels: readonly Unplaced[],
  variables: readonly object[],
) {
  const source = {
    name: 'datasource',
    label: 'Prometheus',
    type: 'datasource',
    query: 'prometheus',
  }
  const json = {
    uid: `kubectl-canary-${name}`,
    title,
    tags: ['kubectl-canary', 'flagger'],
    schemaVersion: 41,
    version: 1,
    editable: true,
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    templating: { list: [source, ...variables] },
    annotations: { list: [] },
    panels: placed(panels),
  }
  return { name, json }
}

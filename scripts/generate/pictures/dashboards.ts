/** The dashboards of Grafana, as files that its import takes and that the chart carries. */
import type { Generator } from '../generator.ts'
import { dashboard, graph, number, row, several, table, type Unplaced, variable } from './panels.ts'

const chosen = 'namespace=~"$namespace"'
const one = 'namespace="$namespace"'
const target = `${one},name="$target"`

/** What each canary does, and how the last runs ended. */
const canaries: Unplaced[] = [
  number('Canaries', `sum(flagger_canary_total{${chosen}})`),
  number('In a run', `count(flagger_canary_run_start_time_seconds{${chosen}}) or vector(0)`),
  number(
    'Waiting for approval',
    `sum(flagger_canary_phase{${chosen},phase=~"Waiting|WaitingPromotion"}) or vector(0)`,
    { warnAt: 1 },
  ),
  number('Failed', `sum(flagger_canary_phase{${chosen},phase="Failed"}) or vector(0)`, {
    alarmAt: 1,
  }),
  row('Now'),
  table('Canaries and their phases', `flagger_canary_phase{${chosen}} == 1`),
  graph('Traffic on canaries, %', `flagger_canary_weight{${chosen},workload!~".+-primary"}`, {
    legend: '{{workload}}.{{namespace}}',
    unit: 'percent',
  }),
  graph('How long runs have taken', `time() - flagger_canary_run_start_time_seconds{${chosen}}`, {
    legend: '{{name}}.{{namespace}}',
    unit: 's',
  }),
  row('Outcomes'),
  graph(
    'Promoted',
    `sum by (namespace) (increase(flagger_canary_successes_total{${chosen}}[1h]))`,
    {
      legend: '{{namespace}}',
    },
  ),
  graph(
    'Rolled back',
    `sum by (namespace) (increase(flagger_canary_failures_total{${chosen}}[1h]))`,
    {
      legend: '{{namespace}}',
    },
  ),
]

/** One canary: its traffic, its checks, its outcomes. */
const canary: Unplaced[] = [
  number('Traffic on the canary', `flagger_canary_weight{${one},workload="$target"}`, {
    unit: 'percent',
  }),
  number('Traffic on the primary', `flagger_canary_weight{${one},workload="$target-primary"}`, {
    unit: 'percent',
  }),
  number('This run has taken', `time() - flagger_canary_run_start_time_seconds{${target}}`, {
    unit: 's',
  }),
  number('Last outcome: 0 running, 1 well, 2 failed', `flagger_canary_status{${target}}`, {
    alarmAt: 2,
  }),
  row('Traffic and checks'),
  graph('Traffic, %', `flagger_canary_weight{${one},workload=~"$target(-primary)?"}`, {
    legend: '{{workload}}',
    unit: 'percent',
  }),
  graph('Metric checks, last values', `flagger_canary_metric_analysis{${target}}`, {
    legend: '{{metric}}',
  }),
  row('Outcomes'),
  graph(
    'Promoted',
    `sum by (analysis_status) (increase(flagger_canary_successes_total{${target}}[1d]))`,
    { legend: '{{analysis_status}}' },
  ),
  graph('Rolled back', `sum(increase(flagger_canary_failures_total{${target}}[1d]))`, {
    legend: 'rolled back',
  }),
]

const late = (quantile: string) =>
  `histogram_quantile(${quantile}, sum by (le) (rate(flagger_tick_lag_seconds_bucket[5m])))`

/** Whether the controller does its work. */
const controller: Unplaced[] = [
  number('Controllers', 'count(flagger_info) or vector(0)', { alarmBelow: 1 }),
  number('Canaries', 'sum(flagger_canary_total)'),
  number('Defects, 1 h', 'sum(increase(flagger_tick_failures_total{reason="defect"}[1h]))', {
    alarmAt: 1,
  }),
  number('Alerts not sent, 1 h', 'sum(increase(flagger_alerts_total{result="failed"}[1h]))', {
    warnAt: 1,
  }),
  row('Looks at canaries'),
  graph('Looks in a second', 'sum(rate(flagger_tick_duration_seconds_count[5m]))', {
    legend: 'looks',
  }),
  graph('Later than planned, 9 of 10', late('0.9'), { legend: 'late', unit: 's' }),
  graph('Ended with an error', 'sum by (reason) (rate(flagger_tick_failures_total[5m]))', {
    legend: '{{reason}}',
  }),
  row('API server'),
  graph('Requests in a second', 'sum by (verb) (rate(flagger_api_requests_total[5m]))', {
    legend: '{{verb}}',
  }),
  graph(
    'Refused or failed',
    'sum by (code, resource) (rate(flagger_api_requests_total{code!~"2.."}[5m]))',
    { legend: '{{code}} {{resource}}' },
  ),
  row('Process'),
  graph('Memory', 'process_resident_memory_bytes * on (instance, job) group_left flagger_info', {
    legend: '{{instance}}',
    unit: 'bytes',
  }),
  graph(
    'Processor',
    'rate(process_cpu_seconds_total[5m]) * on (instance, job) group_left flagger_info',
    { legend: '{{instance}}', unit: 'percentunit' },
  ),
]

const variables = {
  namespace: variable('namespace', 'Namespace', 'label_values(flagger_canary_total, namespace)'),
  target: variable(
    'target',
    'Target',
    'label_values(flagger_canary_status{namespace="$namespace"}, name)',
  ),
}

const dashboards = [
  dashboard('canaries', 'Canaries', canaries, [{ ...variables.namespace, ...several }]),
  dashboard('canary', 'One canary', canary, [variables.namespace, variables.target]),
  dashboard('controller', 'Canary controller', controller, []),
]

export const grafana: Generator = async () =>
  dashboards.map(({ name, json }) => ({
    path: `deploy/charts/grafana/dashboards/${name}.json`,
    text: `${JSON.stringify(json, undefined, 2)}\n`,
  }))

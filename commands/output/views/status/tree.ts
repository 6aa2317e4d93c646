/** The tree of workloads and pods in `status`. */
import type {
  AutoscalerBounds,
  AutoscalerReport,
  CanaryReport,
} from '../../../../src/report/report.ts'
import { shownScaler, shownWorkload } from '../../../../src/report/shown-kinds.ts'
import { hiddenText } from '../../../../src/report/unread.ts'
import type { PodReport, WorkloadReport } from '../../../../src/report/workload-report.ts'
import { ageOf } from '../../age.ts'
import { clean, cut } from '../../clean.ts'
import type { Mood, Style } from '../../style.ts'
import { tableLines } from '../../table.ts'
import { shortImage } from '../images.ts'

export interface TreeOptions {
  style: Style
  now: Date
  wide: boolean
  tiny: boolean
  width: number | undefined
  /** Rows of pods to show of each workload; the rest is counted. */
  maxPods: number
  state: string
}

interface Row {
  name: string
  ready: string
  status: string
  traffic: string
  restarts: string
  age: string
  node: string
  image: string
}

const blank: Row = {
  name: '',
  ready: '',
  status: '',
  traffic: '',
  restarts: '',
  age: '',
  node: '',
  image: '',
}

/** Lines of the table with the tree in its first column. */
export function treeLines(report: CanaryReport, options: TreeOptions): string[] {
  const { wide, tiny, width, now } = options
  const style = tiny ? thin(options.style) : options.style
  const { workloads, traffic } = report
  const branches = [
    // Without a target there is neither.
    ...(workloads.canary.name === ''
      ? []
      : [
          branch('primary', workloads.primary, `${traffic.primary}%`, report, options),
          branch('canary', workloads.canary, `${traffic.canary}%`, report, options),
        ]),
    ...(wide ? extras(report, options) : []),
  ]
  const root = {
    ...blank,
    name: clean(report.metadata.name),
    status: options.state,
    age: ageOf(report.metadata.createdAt ?? undefined, now),
  }
  const rows = [
    root,
    ...branches.flatMap((rows, at) => hang(rows, at === branches.length - 1, style)),
  ]
  const header = [
    'NAME',
    'READY',
    'STATUS',
    ...(wide ? ['TRAFFIC', 'RESTARTS'] : []),
    ...(tiny ? [] : ['AGE']),
    ...(wide ? ['NODE', 'IMAGE'] : []),
  ]
  const cells = rows.map((row) => [
    row.name,
    row.ready,
    row.status,
    ...(wide ? [row.traffic, row.restarts] : []),
    ...(tiny ? [] : [row.age]),
    ...(wide ? [row.node, row.image] : []),
  ])
  return tableLines(header, cells, { width, ellipsis: style.ellipsis })
}

/** A tree of two columns for each level, where there are few. */
function thin(style: Style): Style {
  const [branch, last, through] = style.tree.branch.startsWith('|')
    ? ['|-', '`-', '| ']
    : ['├ ', '└ ', '│ ']
  return { ...style, tree: { branch, last, through, none: '  ' } }
}

/** The first row is the branch, the others are its twigs. */
function hang([head = blank, ...twigs]: Row[], isLast: boolean, { tree }: Style): Row[] {
  const stem = isLast ? tree.none : tree.through
  return [
    { ...head, name: (isLast ? tree.last : tree.branch) + head.name },
    ...twigs.map((twig, at) => ({
      ...twig,
      name: stem + (at === twigs.length - 1 ? tree.last : tree.branch) + twig.name,
    })),
  ]
}

function branch(
  role: string,
  workload: WorkloadReport,
  share: string,
  report: CanaryReport,
  options: TreeOptions,
): Row[] {
  const { style, now, tiny } = options
  const kind = workload.kind.toLowerCase()
  const unread = hiddenText(report, workload.kind)
  const unknown = !report.complete && !workload.found
  const { pods } = workload
  const head: Row = {
    ...blank,
    name: tiny ? `${role} ${clean(workload.name)}` : `${role} ${kind}/${clean(workload.name)}`,
    ready: workload.found && hasPods(workload) ? `${workload.ready}/${workload.desired}` : '',
    status: unread ? `(${unread})` : unknown ? '(not shown)' : workloadState(workload, style),
    traffic: share,
    age: workload.found ? ageOf(workload.createdAt ?? undefined, now) : '',
    image: workload.images.map(shortImage).map(clean).join(','),
  }
  const hidden = hiddenText(report, 'Pod')
  if (hidden) return [head, { ...blank, name: `(${hidden})` }]
  if (tiny)
    return pods.length > 0
      ? [head, { ...blank, name: `${pods.length} pods, ${workload.ready} ready` }]
      : [head]
  const shown = pods.slice(0, options.maxPods).map((pod) => podRow(pod, options))
  const more = pods.length - shown.length
  return [
    head,
    ...shown,
    ...(more > 0 ? [{ ...blank, name: `${style.ellipsis} ${more} more pods` }] : []),
  ]
}

/** Of a kind that nobody here knows nothing is found. */
function hasPods({ kind }: WorkloadReport): boolean {
  return shownWorkload({ kind })?.podsOf !== undefined
}

function workloadState(workload: WorkloadReport, style: Style): string {
  const { found, desired, ready } = workload
  if (!found) return style.state('failed', 'missing')
  if (!hasPods(workload)) return style.state('good', 'found')
  if (desired === 0) return style.dim('scaled to zero')
  return ready >= desired ? style.state('good', 'Available') : style.state('moving', 'Updating')
}

const badly = /BackOff|Error|Failed|Evicted|OOMKilled|Invalid/

function podRow(pod: PodReport, { style, now, wide }: TreeOptions): Row {
  const [ready, all] = pod.ready.split('/')
  const mood: Mood = badly.test(pod.status)
    ? 'failed'
    : pod.status === 'Running' && ready === all
      ? 'good'
      : 'moving'
  return {
    ...blank,
    name: `pod/${cut(clean(pod.name), wide ? 60 : 32, style.ellipsis)}`,
    ready: pod.ready,
    status: style.state(mood, clean(pod.status)),
    restarts: `${pod.restarts}`,
    age: ageOf(pod.createdAt ?? undefined, now),
    node: clean(pod.node ?? '<none>'),
  }
}

function extras(report: CanaryReport, options: TreeOptions): Row[][] {
  const { autoscaler, route, traffic } = report
  const { style, now } = options
  const rows: Row[][] = autoscaler ? scalers(autoscaler, options) : []
  if (route)
    rows.push([
      {
        ...blank,
        name: `route ${route.kind.toLowerCase()}/${clean(route.name)}`,
        status: style.state('good', `${traffic.primary}/${traffic.canary}`),
        age: ageOf(route.createdAt ?? undefined, now),
      },
    ])
  return rows
}

function scalers(primary: AutoscalerReport, { style, now }: TreeOptions): Row[][] {
  const short = shownScaler(primary)?.shortName ?? primary.kind.toLowerCase()
  const rowOf = (name: string, status: string, created: string | null) => [
    {
      ...blank,
      name: `autoscaler ${short}/${clean(name)}`,
      status,
      age: ageOf(created ?? undefined, now),
    },
  ]
  const range = ({ min, max }: AutoscalerBounds) => `${min ?? '?'}..${max ?? '?'}`
  const stands = style.state('good', `${primary.current ?? '?'} of ${range(primary)}`)
  const rows = [rowOf(primary.name, stands, primary.createdAt)]
  const { target } = primary
  if (!target) return rows
  const begins = style.dim(`${range(target)} for the canary`)
  return [...rows, rowOf(target.name, begins, target.createdAt)]
}

/** The columns of pods. */
import { at, type Json, record, records, text } from '../json.ts'
import type { ApiObject, TableColumn } from '../resource.ts'

function statuses(pod: ApiObject): Json[] {
  return records(at(pod, 'status', 'containerStatuses'))
}

function ready(pod: ApiObject): string {
  const all = records(at(pod, 'spec', 'containers')).length
  return `${statuses(pod).filter((one) => one.ready === true).length}/${all}`
}

/** What a pod is doing: the reason of a container that does not run, or else its phase. */
function state(pod: ApiObject): string {
  if (pod.metadata.deletionTimestamp) return 'Terminating'
  const reasons = statuses(pod).map(({ state: of }) => {
    const { waiting, terminated } = record(of)
    return text(record(waiting).reason) ?? text(record(terminated).reason)
  })
  const reason = reasons.find((one) => one !== undefined)
  return (
    reason ?? text(at(pod, 'status', 'reason')) ?? text(at(pod, 'status', 'phase')) ?? 'Unknown'
  )
}

function restarts(pod: ApiObject): string {
  return String(statuses(pod).reduce((sum, one) => sum + Number(one.restartCount ?? 0), 0))
}

function column(name: string, cell: (pod: ApiObject) => string, priority = 0): TableColumn {
  return { name, type: 'string', priority, cell }
}

function path(name: string, ...steps: string[]): TableColumn {
  return column(name, (pod) => text(at(pod, ...steps)) || '<none>', 1)
}

export const podColumns: TableColumn[] = [
  column('Ready', ready),
  column('Status', state),
  column('Restarts', restarts),
  path('IP', 'status', 'podIP'),
  path('Node', 'spec', 'nodeName'),
  path('Nominated Node', 'status', 'nominatedNodeName'),
  column('Readiness Gates', () => '<none>', 1),
]

/** Whether the controller can be installed, before anybody tries. Pure. */
import type { ControllerDeployment, Wishes } from '../installation/objects.ts'
import { conflict, unseenControllers } from '../installation/obstacles.ts'
import type { CheckedItem } from './item.ts'

export interface BeforeFacts {
  /** `v1.34.1`; null where the server does not say. */
  server: string | null
  /** Versions of `canaries.flagger.app` that are served already. */
  served: readonly string[]
  controllers: readonly ControllerDeployment[]
  /** False where there may be others, which the user may not see. */
  areAll: boolean
  wishes: Pick<Wishes, 'namespace' | 'onlyNamespace'>
  /** What an installation has to be allowed to, as `create deployments in namespace shop`. */
  rights: readonly { what: string; allowed: boolean }[]
}

/** docs/install.md says so. */
const oldest = { major: 1, minor: 34 }

/** What is in the way of an installation, and what there is, in the order in which it is shown. */
export function beforeItems(facts: BeforeFacts): CheckedItem[] {
  const { served, rights } = facts
  const denied = rights.filter(({ allowed }) => !allowed).map(({ what }) => what)
  const there = served.length > 0 ? `are there (${served.join(', ')})` : 'will be created'
  return [
    versionItem(facts),
    item('ok', 'definitions', `the definitions of flagger.app ${there}`),
    controllerItem(facts),
    denied.length === 0
      ? item('ok', 'rights', `you may: ${rights.map(({ what }) => what).join(', ')}`)
      : item('error', 'rights', `you may not: ${denied.join(', ')}; ask an administrator`),
  ]
}

function controllerItem({ controllers, areAll, wishes }: BeforeFacts): CheckedItem {
  const inTheWay = conflict(controllers, wishes)
  if (inTheWay !== undefined) return item('error', 'controllers', inTheWay)
  return areAll
    ? item('ok', 'controllers', 'no other controller is in the way')
    : item('warning', 'controllers', unseenControllers)
}

function versionItem({ server }: BeforeFacts): CheckedItem {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(server ?? '') ?? []
  if (major === undefined || minor === undefined)
    return item('warning', 'versions', 'the server does not say its version')
  const isOld = Number(major) === oldest.major && Number(minor) < oldest.minor
  const text = `Kubernetes ${server}`
  return isOld
    ? item(
        'warning',
        'versions',
        `${text} is older than v${oldest.major}.${oldest.minor}, the oldest that is tried`,
      )
    : item('ok', 'versions', text)
}

function item(level: CheckedItem['level'], id: string, message: string): CheckedItem {
  return { id, ok: level === 'ok', level, message }
}

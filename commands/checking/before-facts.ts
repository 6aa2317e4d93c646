/** Asks a cluster what an installation has to know. */
import type { BeforeFacts } from '../../src/cluster-check/before.ts'
import { servedResources } from '../input/find-canaries.ts'
import { controllersIn } from '../installing/plan.ts'
import type { Session } from '../shell/session.ts'
import { mayI, serverVersion, type Wanted } from './cluster-facts.ts'

/** For a controller of all namespaces, in the namespace of that name. */
export async function beforeFacts(session: Session, namespace: string): Promise<BeforeFacts> {
  const wanted = wantedIn(namespace)
  const [server, served, { controllers, areAll }, allowed] = await Promise.all([
    serverVersion(session),
    servedResources(session.kube, session.signal),
    controllersIn(namespace, session),
    mayI(wanted, session),
  ])
  return {
    ...{ server, served: served.canaries ?? [], controllers, areAll },
    wishes: { namespace, onlyNamespace: false },
    rights: wanted.map(({ resource, namespace: where }, at) => ({
      what: `patch ${resource}${where === undefined ? '' : ` in namespace ${where}`}`,
      allowed: allowed[at] === true,
    })),
  }
}

/** A server-side apply is a patch. */
function wantedIn(namespace: string): Wanted[] {
  const rbac = 'rbac.authorization.k8s.io'
  const verb = 'patch'
  return [
    { verb, resource: 'customresourcedefinitions', group: 'apiextensions.k8s.io' },
    { verb, resource: 'namespaces', group: '' },
    { verb, resource: 'clusterroles', group: rbac },
    { verb, resource: 'clusterrolebindings', group: rbac },
    { verb, resource: 'serviceaccounts', group: '', namespace },
    { verb, resource: 'deployments', group: 'apps', namespace },
  ]
}

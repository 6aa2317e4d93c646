/** What the API server will not do for us, as one sentence with the remedy. */
import type { KubeError } from '../../src/errors.ts'
import type { KindState } from '../../src/io/kube/cache/cache.ts'
import type { ResourceKind } from '../../src/resource-kind.ts'

/** Statuses that another try will not change: the request itself is refused. */
const refusals: readonly number[] = [400, 403, 404, 405, 422]

/**
 * The sentence for a refusal that lasts until somebody acts; undefined for what passes by itself,
 * such as a conflict, an overloaded server or a namespace that is going.
 */
export function refusalText({ status, reason, message }: KubeError): string | undefined {
  if (!refusals.includes(status) || /being terminated/.test(message)) return undefined
  if (status === 404 && reason === 'NotFound') return undefined
  return `the API server refused: ${message}; ${remedy(status, message)}`
}

/**
 * The sentence for what should have passed by itself and did not; undefined where the server can't
 * be reached, since nobody could read it there.
 */
export function lastingText({ status, message }: KubeError): string | undefined {
  if (status === 0) return undefined
  if (status === 409)
    return `the API server keeps refusing: ${message}; see who else writes this object`
  return (
    `the API server keeps failing: ${message}; it is tried again, ` +
    'see to the server, or to the admission webhook that it names'
  )
}

function remedy(status: number, message: string): string {
  if (status === 404) return 'install the CRDs that this canary needs'
  if (status === 403 && /\bcannot\b/.test(message))
    return 'grant the controller this right, as its ClusterRole does'
  if (status === 403) return 'change what forbids it, or the target'
  if (/\bService "[^"]*" is invalid: \[?metadata\.name:/.test(message))
    return 'set spec.service.name to a name that this server takes, with a letter first'
  return 'correct what it names, in the target or in the canary'
}

/** Why objects of a kind can't be followed, for a kind that is missing or forbidden. */
export function unreadableText({ kind, state, message }: KindState): string {
  const resource = resourceName(kind)
  return state === 'missing'
    ? `the cluster has no ${resource} (${kind.apiVersion}): ` +
        'install the CRDs of its provider, in a release that serves this version'
    : `${message}; grant the controller get, list and watch on ${resource}`
}

/** `virtualservices.networking.istio.io`, as roles and error messages name it. */
function resourceName({ apiVersion, plural }: ResourceKind): string {
  const [group = '', version] = apiVersion.split('/')
  return version === undefined ? plural : `${plural}.${group}`
}

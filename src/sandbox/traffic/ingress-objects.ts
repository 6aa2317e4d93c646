/** Ingresses as the API server has them, for the planes that read them. */
import type { KubeObject } from '../../objects.ts'
import type { Called, Objects } from './plane.ts'

export interface Ingress extends KubeObject {
  spec?: { rules?: IngressRule[] }
}

interface IngressRule {
  host?: string
  http?: { paths?: IngressPath[] }
}

interface IngressPath {
  path?: string
  backend?: { service?: { name: string } }
}

/** One path of one rule, with the Ingress that it stands in. */
export interface Entry {
  ingress: Ingress
  host: string
  path: string
  service: string
}

/** Every path of every Ingress of a namespace, in order. */
export function entriesIn(objects: Objects, namespace: string): Entry[] {
  const kind = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' }
  return objects.list<Ingress>(kind, namespace).flatMap((ingress) =>
    (ingress.spec?.rules ?? []).flatMap(({ host = '', http }) =>
      (http?.paths ?? []).flatMap(({ path = '/', backend }) => {
        const service = backend?.service?.name
        return service === undefined ? [] : [{ ingress, host, path, service }]
      }),
    ),
  )
}

/** Where users come in who want a Service; undefined where no Ingress leads to it. */
export function entranceTo(
  entries: readonly Entry[],
  { service, host }: Called,
): Entry | undefined {
  return entries.find(
    (entry) => entry.service === service && (host === undefined || entry.host === host),
  )
}

/** Whether both take the requests for one host and path. */
export function isSamePlace(one: Entry, other: Entry): boolean {
  return one.host === other.host && one.path === other.path
}

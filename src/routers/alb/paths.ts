/** The paths of the Ingress: those to the Service become its action, and tests come before them. */
import type { Canary } from '../../canary/canary.ts'
import { byAnnotation, type Ingress, type IngressPath, isBackend } from '../ingress.ts'
import { isTestName, testName } from './keys.ts'

type Port = { name?: string; number?: number }

/** The spec with as many tests. Of equal paths the load balancer takes the first that is met. */
export function ledPaths(canary: Canary, ingress: Ingress, tests: number): Ingress['spec'] {
  return mapped(ingress, (path) => {
    if (isTest(canary, path)) return []
    if (!isBackend(path, canary.names.apex)) return [path]
    const names = Array.from({ length: tests }, (_, at) => testName(canary, at))
    return [...names, canary.names.apex].map((name) => toAction(path, name))
  })
}

/** The spec as it was before, with these ports of the paths to the Service, in their order. */
export function freedPaths(
  canary: Canary,
  ingress: Ingress,
  ports: readonly (Port | undefined)[],
): Ingress['spec'] {
  let at = 0
  return mapped(ingress, (path) => {
    if (isTest(canary, path)) return []
    if (!isBackend(path, canary.names.apex)) return [path]
    const port = ports[at] ?? path.backend?.service?.port
    at += 1
    const service = { name: canary.names.apex, ...(port && { port }) }
    return [{ ...path, backend: { ...path.backend, service } }]
  })
}

/** The ports of the paths to the Service. */
export function portsOf({ names }: Canary, { spec }: Ingress): (Port | undefined)[] {
  const paths = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? [])
  return paths
    .filter((path) => isBackend(path, names.apex))
    .map(({ backend }) => backend?.service?.port)
}

/** The names of the tests that stand before the paths, each once. */
export function testsIn(canary: Canary, { spec }: Ingress): string[] {
  const paths = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? [])
  const names = paths.filter((path) => isTest(canary, path)).map(nameOf)
  return [...new Set(names)]
}

function mapped(ingress: Ingress, of: (path: IngressPath) => IngressPath[]): Ingress['spec'] {
  const rules = ingress.spec?.rules?.map((rule) => {
    const { http } = rule
    return http?.paths ? { ...rule, http: { ...http, paths: http.paths.flatMap(of) } } : rule
  })
  return { ...ingress.spec, ...(rules && { rules }) }
}

function isTest(canary: Canary, path: IngressPath): boolean {
  const isAction = path.backend?.service?.port?.name === byAnnotation
  return isAction && isTestName(canary, nameOf(path))
}

const nameOf = ({ backend }: IngressPath): string => backend?.service?.name ?? ''

function toAction(path: IngressPath, name: string): IngressPath {
  return { ...path, backend: { ...path.backend, service: { name, port: { name: byAnnotation } } } }
}

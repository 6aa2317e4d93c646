/** The user's Ingress, and the copy beside it that takes the canary's traffic. */
import type { CanarySpec } from '../canary/api.gen.ts'
import type { Canary } from '../canary/canary.ts'
import { InvalidSpecError } from '../errors.ts'
import type { KubeObject, ObjectRef } from '../objects.ts'
import { namespacedKind } from '../resource-kind.ts'
import { copiedMetadata } from './copied-metadata.ts'
import { fluxOff, routeMetadata, type Texts } from './metadata.ts'
import { rememberOriginal } from './original.ts'
import type { Claim } from './provider.ts'
import type { RouterContext, Routes } from './router.ts'
import { hasUsers } from './withdrawal.ts'

export interface Ingress extends KubeObject {
  spec?: IngressSpec
}

interface IngressSpec {
  ingressClassName?: string
  defaultBackend?: IngressBackend
  rules?: IngressRule[]
}

interface IngressRule {
  host?: string
  http?: { paths?: IngressPath[] }
}

interface IngressBackend {
  service?: { name: string; port?: { name?: string; number?: number } }
}

export interface IngressPath {
  path?: string
  backend?: IngressBackend
}

/** The port of a backend that is an action of the AWS Load Balancer Controller, and no Service's. */
export const byAnnotation = 'use-annotation'

export const ingressKind = namespacedKind('networking.k8s.io/v1', 'Ingress', 'ingresses')

const ingressType = { apiVersion: ingressKind.apiVersion, kind: ingressKind.kind }

/**
 * The canary for each of its Ingresses, as if it were the only one: the same one again where it
 * names one or none.
 */
export function eachIngress(canary: Canary): Canary[] {
  const { ingressRef, ingressRefs = [], ...spec } = canary.spec
  if (!ingressRef || ingressRefs.length === 0) return [canary]
  const names = new Set<string>()
  return [ingressRef, ...ingressRefs].flatMap((one) => {
    if (names.has(one.name)) return []
    names.add(one.name)
    return [{ ...canary, spec: { ...spec, ingressRef: one } }]
  })
}

/** User's Ingress and its copy; none while the Canary names no Ingress. */
export function ingressReads({ namespace, spec }: Canary): ObjectRef[] {
  const name = spec.ingressRef?.name
  if (!name) return []
  return [name, `${name}-canary`].map((of) => ({ ...ingressType, namespace, name: of }))
}

/** Each copy belongs to one canary. */
export function ingressClaims(spec: Partial<CanarySpec>): Claim[] {
  const { ingressRef, ingressRefs = [] } = spec
  if (!ingressRef?.name) return []
  const remedy = 'give each canary an Ingress of its own, and name it in spec.ingressRef'
  const names = new Set([ingressRef, ...ingressRefs].map(({ name }) => name))
  return [...names].map((name) => ({ kind: ingressKind.kind, name: `${name}-canary`, remedy }))
}

/** The copy. Throws InvalidSpecError while the Canary names no Ingress. */
export function canaryIngressRef(canary: Canary): ObjectRef {
  const [, copy] = ingressReads(canary)
  if (copy) return copy
  throw new InvalidSpecError(
    `ingress selector is empty: set spec.ingressRef.name of canary ${canary.label} to the Ingress ` +
      `that routes to service ${canary.names.apex}`,
  )
}

/**
 * The user's Ingress. Throws InvalidSpecError when it is not named, does not exist, or has no
 * path that leads to the apex Service.
 */
function userIngress({ canary, find }: RouterContext): Ingress {
  const { name: copy } = canaryIngressRef(canary)
  const [ref = { ...ingressType, name: copy }] = ingressReads(canary)
  const found = find<Ingress>(ref)
  if (!found) {
    throw new InvalidSpecError(
      `ingress ${ref.name}.${canary.namespace} get query error: not found; create it, or correct ` +
        `spec.ingressRef.name of canary ${canary.label}`,
    )
  }
  const { apex } = canary.names
  const paths = (found.spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? [])
  if (paths.some((path) => isBackend(path, apex))) return found
  throw new InvalidSpecError(
    `backend ${apex} not found in ingress ${ref.name}: add a path with this backend to the ` +
      `Ingress, or correct spec.service.name of canary ${canary.label}`,
  )
}

/**
 * The user's Ingress. Undefined where it can't be used, and all that is wanted is to take back the
 * traffic that the copy still gives the canary: no Ingress may stand in the way of a rollback.
 * Throws as `userIngress` does.
 */
export function ingressToCopy(
  context: RouterContext,
  wanted: Routes,
  live: () => Routes | undefined,
): Ingress | undefined {
  try {
    return userIngress(context)
  } catch (error) {
    const mayWithdraw = error instanceof InvalidSpecError && wanted.canary === 0
    if (mayWithdraw && hasUsers(live)) return undefined
    throw error
  }
}

interface Copying {
  annotations: Texts
  /** Annotations that tell the ingress controller what the copy is for. */
  isOurs: (annotation: string) => boolean
  /** No others of these may stand on the copy. */
  isExclusive?: boolean
  /** Whether what is found is a copy already: no original, which is to be remembered. */
  isCopy: (found: Ingress) => boolean
  pathsOf: (paths: IngressPath[]) => IngressPath[]
}

/** The copy, whole: the user's Ingress with other paths and annotations. */
export function renderCopy(context: RouterContext, user: Ingress, of: Copying): Ingress {
  const ref = canaryIngressRef(context.canary)
  const { apiVersion, kind, name } = ref
  const found = context.find<Ingress>(ref)
  const memory = found && !of.isCopy(found) ? rememberOriginal(found, found.spec) : {}
  const metadata = routeMetadata(context, {
    name,
    found,
    configured: copiedMetadata(user, of.isOurs),
    isCopied: true,
    annotations: { ...fluxOff, ...of.annotations, ...memory },
    ...(of.isExclusive && { isExclusive: of.isOurs }),
  })
  return { ...found, apiVersion, kind, metadata, spec: copiedSpec(user, found, of.pathsOf) }
}

/** The spec of the user's Ingress with other paths; a class that the API server chose is kept. */
function copiedSpec(
  { spec = {} }: Ingress,
  copy: Ingress | undefined,
  pathsOf: (paths: IngressPath[]) => IngressPath[],
): IngressSpec {
  const ingressClassName = spec.ingressClassName ?? copy?.spec?.ingressClassName
  return {
    ...spec,
    ...(ingressClassName === undefined ? {} : { ingressClassName }),
    ...(spec.rules ? { rules: spec.rules.map((rule) => withPaths(rule, pathsOf)) } : {}),
  }
}

/** Whether the path leads to the Service of this name. */
export function isBackend({ backend }: IngressPath, service: string): boolean {
  return backend?.service?.name === service
}

/** The path to another Service; its port stays. */
export function withBackend(path: IngressPath, service: string): IngressPath {
  return {
    ...path,
    backend: { ...path.backend, service: { ...path.backend?.service, name: service } },
  }
}

function withPaths(rule: IngressRule, pathsOf: (paths: IngressPath[]) => IngressPath[]) {
  const { http } = rule
  return http?.paths ? { ...rule, http: { ...http, paths: pathsOf(http.paths) } } : rule
}

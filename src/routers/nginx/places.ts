/** What an Ingress takes: hosts and paths of its class. */
import type { KubeObject } from '../../objects.ts'
import { type Ingress, ingressKind } from '../ingress.ts'
import type { Rivalry } from '../provider.ts'

export const rivalry: Rivalry = {
  kinds: [ingressKind],
  placesOf,
  remedy: 'the older one has it; remove the host or the path from one of the two',
}

/** A copy for a canary, whoever has it, takes what another Ingress has. */
function placesOf(object: KubeObject): string[] {
  const { metadata, spec } = object as Ingress
  const { annotations = {} } = metadata
  const isCopy = Object.entries(annotations).some(
    ([key, value]) => key.endsWith('/canary') && value === 'true',
  )
  if (isCopy) return []
  const named = spec?.ingressClassName ?? annotations['kubernetes.io/ingress.class']
  const of = named === undefined ? '' : ` of class ${named}`
  return (spec?.rules ?? []).flatMap(({ host = '*', http }) =>
    (http?.paths ?? []).map(({ path = '/' }) =>
      `host ${host}, path ${path},${of}`.replace(/,$/, ''),
    ),
  )
}

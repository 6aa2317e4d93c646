/** Fields that the definition of a kind does not have: the API server drops them in silence. Pure. */

import type { Shape } from '../canary/conform.ts'
import {
  alertProviderSpecShape,
  canarySpecShape,
  metricTemplateSpecShape,
} from '../canary/shapes.gen.ts'
import { nearest } from '../distance.ts'
import { isMap } from '../json.ts'
import { error, type Remark } from './finding.ts'

const shapes: Readonly<Record<string, Shape | undefined>> = {
  Canary: canarySpecShape,
  MetricTemplate: metricTemplateSpecShape,
  AlertProvider: alertProviderSpecShape,
}

export const lintedKinds = Object.keys(shapes)

const topFields = ['apiVersion', 'kind', 'metadata', 'spec', 'status']

/** Each with the field that may have been meant. */
export function unknownFields(kind: string, object: Record<string, unknown>): Remark[] {
  const shape = shapes[kind]
  if (!shape) return []
  const spec = kind === 'Canary' ? withCurrentName(object.spec) : object.spec
  const top = { properties: Object.fromEntries(topFields.map((name) => [name, {}])) }
  return [...strangers(object, top, ''), ...unknownIn(spec, shape, 'spec')]
}

/** `canaryAnalysis` of older versions of the API is another rule's. */
function withCurrentName(spec: unknown): unknown {
  if (!isMap(spec) || spec.analysis !== undefined) return spec
  const { canaryAnalysis, ...rest } = spec
  return canaryAnalysis === undefined ? spec : { ...rest, analysis: canaryAnalysis }
}

function unknownIn(value: unknown, shape: Shape, path: string): Remark[] {
  if (Array.isArray(value)) {
    const { items } = shape
    return items ? value.flatMap((item, at) => unknownIn(item, items, `${path}[${at}]`)) : []
  }
  if (!isMap(value)) return []
  const { properties, values } = shape
  const inside = Object.entries(value).flatMap(([name, field]) => {
    const of = properties?.[name] ?? values
    return of ? unknownIn(field, of, `${path}.${name}`) : []
  })
  return properties && !values && !shape.open
    ? [...strangers(value, shape, path), ...inside]
    : inside
}

function strangers(
  value: Record<string, unknown>,
  { properties = {} }: Shape,
  path: string,
): Remark[] {
  const known = Object.keys(properties)
  return Object.keys(value)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known)
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`
      const field = path === '' ? name : `${path}.${name}`
      return error('LNT001', field, `${field} is no field of this kind${hint}`)
    })
}

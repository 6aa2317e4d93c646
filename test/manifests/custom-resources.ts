import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import { parse } from 'yaml'

/** A schema as JSON Schema has it, and as the definitions have it: an object of keywords. */
type Keywords = { [keyword: string]: unknown }

export interface Definition {
  metadata: { name: string; annotations: Record<string, string> }
  spec: {
    group: string
    scope: string
    names: Record<string, unknown> & { kind: string }
    versions: {
      name: string
      subresources: object
      additionalPrinterColumns: Record<string, unknown>[]
      schema: { openAPIV3Schema: Keywords }
    }[]
  }
}

const files = ['canary.yaml', 'metrictemplate.yaml', 'alertprovider.yaml']

/** The definitions of the custom resources, as shipped. */
export const definitions: Definition[] = files.map((file) =>
  parse(readFileSync(join(import.meta.dirname, '../../crds', file), 'utf8')),
)

const validators = new Map(definitions.map(({ spec }) => [spec.names.kind, validatorOf(spec)]))

/**
 * What the API server would refuse with strict field validation; empty when it accepts the object.
 * Rules in CEL are not evaluated.
 */
export function refusals(object: { kind: string }): string[] {
  const validator = validators.get(object.kind)
  if (!validator) throw new Error(`${object.kind} is none of the custom resources`)
  validator(object)
  return (validator.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

function validatorOf({ versions }: Definition['spec']): ValidateFunction {
  const [version] = versions
  if (!version) throw new Error('a definition without a version')
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
  return ajv.compile(closed(version.schema.openAPIV3Schema))
}

/** Refuses unknown fields, which the keywords alone would let through. */
function closed(schema: Keywords): Keywords {
  if (schema['x-kubernetes-int-or-string']) return { type: ['integer', 'string'] }
  const { properties, additionalProperties, items, ...rest } = schema
  const result: Keywords = { ...rest }
  if (isKeywords(additionalProperties)) result.additionalProperties = closed(additionalProperties)
  if (isKeywords(items)) result.items = closed(items)
  if (isKeywords(properties)) {
    const entries = Object.entries(properties).map(([name, property]) => [
      name,
      isKeywords(property) ? closed(property) : property,
    ])
    result.properties = Object.fromEntries(entries)
    result.additionalProperties = false
  }
  return result
}

function isKeywords(value: unknown): value is Keywords {
  return typeof value === 'object' && value !== null
}

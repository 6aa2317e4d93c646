/** The object as it will be stored: pruned, defaulted, checked, with metadata the server keeps. */
import { ApiError, badRequest, type FieldError, invalid } from '../api-error.ts'
import { defaultBuiltin } from '../builtin/defaults.ts'
import { validateBuiltin } from '../builtin/validate.ts'
import { isRecord, type Json, same } from '../json.ts'
import type { ApiObject, Resource } from '../resource.ts'
import { apiVersionOf } from '../resource.ts'
import { applyDefaults, prune } from '../schema/structural.ts'
import { validateSchema } from '../schema/validate.ts'
import { readMetadata, validateMetadata } from './metadata.ts'
import type { WriteOptions } from './request.ts'

export interface Prepared {
  object: ApiObject
  warnings: string[]
}

/** Prunes and defaults what a client sent; throws 400 for unknown fields under strict validation. */
export function normalize(resource: Resource, object: ApiObject, options: WriteOptions): Prepared {
  const { custom } = resource
  if (!custom) return { object: defaultBuiltin(resource, object), warnings: [] }
  if (!custom.schema) return { object, warnings: [] }
  const { value, unknown } = prune(custom.schema, object)
  const complaints = unknown.map((path) => `unknown field "${path}"`)
  if (complaints.length > 0 && options.fieldValidation === 'Strict') {
    const { kind, version } = resource
    const why = `strict decoding error: ${complaints.join(', ')}`
    throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`)
  }
  return {
    object: applyDefaults(custom.schema, value) as ApiObject,
    warnings: options.fieldValidation === 'Ignore' ? [] : complaints,
  }
}

/** Throws 422 with every rule that the object breaks. */
export function check(resource: Resource, object: ApiObject, before?: ApiObject): void {
  const errors: FieldError[] = [
    ...validateMetadata(resource, object),
    ...(resource.custom
      ? validateSchema(resource.custom.schema, object, before)
      : validateBuiltin(resource, object, before)),
  ]
  if (errors.length > 0) throw invalid(resource, object.metadata.name, errors)
}

/** The generation after a change: it counts what the user asks for, not what is reported. */
export function generationAfter(resource: Resource, before: ApiObject, after: ApiObject): number {
  const generation = before.metadata.generation ?? 1
  const changed =
    resource.generation === 'spec'
      ? !same(before.spec, after.spec)
      : !same(content(resource, before), content(resource, after))
  return changed ? generation + 1 : generation
}

function content(resource: Resource, object: ApiObject): Json {
  const { metadata: _, apiVersion: __, status, ...rest } = object
  return resource.hasStatus ? rest : { ...rest, status }
}

/** Reads a body as an object of this resource; throws 400 where it is something else. */
export function decode(resource: Resource, body: unknown): ApiObject {
  if (!isRecord(body)) throw badRequest('the request body must be a JSON object')
  const { apiVersion, kind } = body
  const metadata = body.metadata ?? {}
  const wanted = apiVersionOf(resource)
  if ((apiVersion ?? wanted) !== wanted)
    throw badRequest(
      `the API version in the data (${String(apiVersion)}) does not match the expected API version (${wanted})`,
    )
  if ((kind ?? resource.kind) !== resource.kind)
    throw badRequest(
      `${String(kind)} in version "${resource.version}" cannot be handled as a ${resource.kind}`,
    )
  if (!isRecord(metadata)) throw badRequest('metadata must be an object')
  return {
    ...body,
    apiVersion: wanted,
    kind: resource.kind,
    metadata: readMetadata(metadata),
  }
}

/** 403 for anything new in a namespace that is going away. */
export function terminating(resource: Resource, name: string, namespace: string): ApiError {
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`
  const subject = resource.group ? `${resource.plural}.${resource.group}` : resource.plural
  return new ApiError(403, 'Forbidden', `${subject} "${name}" is forbidden: ${why}`, {
    name,
    ...(resource.group && { group: resource.group }),
    kind: resource.plural,
    causes: [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  })
}

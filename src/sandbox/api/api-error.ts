/** Refusals of the API server, worded and shaped as the real one does. */
import type { Json } from './json.ts'

export interface Cause {
  reason: string
  message: string
  field: string
}

export interface StatusBody {
  kind: 'Status'
  apiVersion: 'v1'
  metadata: Json
  status: 'Failure' | 'Success'
  message?: string
  reason?: string
  details?: Json
  code: number
}

/** Names a resource in messages: `deployments.apps`, or `pods` in the core group. */
export interface Named {
  group: string
  plural: string
  kind: string
}

/** A request that the server refuses; `body` is the Status object that it answers. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly body: StatusBody

  constructor(code: number, reason: string, message: string, details?: Json) {
    super(message)
    this.body = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(details && { details }),
      code,
    }
  }
}

/** `deployments.apps`: the name of a resource with its group. */
export function qualified({ group, plural }: Pick<Named, 'group' | 'plural'>): string {
  return group ? `${plural}.${group}` : plural
}

function details(of: Named, name: string): Json {
  return { name, ...(of.group && { group: of.group }), kind: of.plural }
}

/** 404: there is no object of this name. */
export function notFound(of: Named, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${qualified(of)} "${name}" not found`, details(of, name))
}

/** 404: the path leads to no resource. */
export function pathNotFound(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {})
}

/** 409 for a create: the name is taken, with `isBeingDeleted` by one that waits for its end. */
export function alreadyExists(of: Named, name: string, isBeingDeleted = false): ApiError {
  const prefix = isBeingDeleted ? 'object is being deleted: ' : ''
  const message = `${prefix}${qualified(of)} "${name}" already exists`
  return new ApiError(409, 'AlreadyExists', message, details(of, name))
}

/** 409: what is stored stands against it; `why` ends the sentence. */
export function conflict(of: Named, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(of)} "${name}": ${why}`
  return new ApiError(409, 'Conflict', message, details(of, name))
}

/** 409: the resourceVersion that came with the write is not the stored one. */
export function modified(of: Named, name: string): ApiError {
  const why =
    'the object has been modified; please apply your changes to the latest version and try again'
  return conflict(of, name, why)
}

/** 400: the request can't be read; `message` is the whole sentence. */
export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message)
}

/** 403; an empty `name` speaks of the resource as a whole. */
export function forbidden(of: Named, name: string, why: string): ApiError {
  const subject = name ? `${qualified(of)} "${name}"` : qualified(of)
  return new ApiError(403, 'Forbidden', `${subject} is forbidden: ${why}`, details(of, name))
}

/** 410: what the client wants to continue from is no longer kept. */
export function expired(message: string): ApiError {
  return new ApiError(410, 'Expired', message)
}

/** 405: the path is a resource, which does not take this method. */
export function methodNotAllowed(): ApiError {
  const message = 'the server does not allow this method on the requested resource'
  return new ApiError(405, 'MethodNotAllowed', message, {})
}

/** One rule of validation that a field breaks. */
export interface FieldError {
  field: string
  reason: string
  message: string
}

/** 422 with one sentence for each field, in the words of the real server. */
export function invalid(of: Named, name: string, errors: FieldError[]): ApiError {
  const sentences = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))]
  const listed = sentences.length === 1 ? sentences[0] : `[${sentences.join(', ')}]`
  const kind = of.group ? `${of.kind}.${of.group}` : of.kind
  const causes: Cause[] = errors.map(({ field, reason, message }) => ({ reason, message, field }))
  return new ApiError(422, 'Invalid', `${kind} "${name}" is invalid: ${listed}`, {
    name,
    ...(of.group && { group: of.group }),
    kind: of.kind,
    causes,
  })
}

/** 422 for a parameter of a request. */
export function invalidOptions(kind: string, error: FieldError): ApiError {
  return invalid({ group: 'meta.k8s.io', plural: '', kind }, '', [error])
}

/** A field that is missing; `field` is its path, such as `spec.containers[0].name`. */
export function required(field: string, why = ''): FieldError {
  const message = why ? `Required value: ${why}` : 'Required value'
  return { field, reason: 'FieldValueRequired', message }
}

/** A value that breaks a rule; `why` says which. */
export function invalidValue(field: string, value: unknown, why: string): FieldError {
  const message = `Invalid value: ${shown(value)}: ${why}`
  return { field, reason: 'FieldValueInvalid', message }
}

/** A value of the wrong type; `type` is the one that it has, such as `integer`. */
export function typeInvalid(field: string, type: string, why: string): FieldError {
  return { field, reason: 'FieldValueTypeInvalid', message: `Invalid value: "${type}": ${why}` }
}

/** A value that is none of those that are allowed. */
export function unsupported(field: string, value: unknown, allowed: unknown[]): FieldError {
  const values = allowed.map(shown).join(', ')
  const message = `Unsupported value: ${shown(value)}: supported values: ${values}`
  return { field, reason: 'FieldValueNotSupported', message }
}

/** A value that stands twice in a list that has each but once. */
export function duplicate(field: string, value: unknown): FieldError {
  return { field, reason: 'FieldValueDuplicate', message: `Duplicate value: ${shown(value)}` }
}

function shown(value: unknown): string {
  return value === undefined || value === null ? '"null"' : JSON.stringify(value)
}

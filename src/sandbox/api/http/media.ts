/** Which form of an answer a client asks for, and how bodies of requests are read. */
import { parse } from 'yaml'
import { ApiError, badRequest } from '../api-error.ts'
import { decodeProtobuf } from '../protobuf/decode.ts'
import type { PatchType } from '../writing/request.ts'

export type Form = 'object' | 'table' | 'metadata' | 'discovery'

export interface Media {
  form: Form
  yaml: boolean
}

/** The first form of an Accept header that the server has; throws 406 when there is none. */
export function negotiate(accept: string | undefined): Media {
  const wanted = (accept || '*/*').split(',').map((part) => part.trim())
  for (const part of wanted) {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim())
    const given = Object.fromEntries(parameters.map((one) => one.split('=')))
    if (type === 'application/yaml' && !given.as) return { form: 'object', yaml: true }
    if (!['application/json', 'application/*', '*/*'].includes(type)) continue
    const form = formOf(given)
    if (form) return { form, yaml: false }
  }
  throw new ApiError(
    406,
    'NotAcceptable',
    'only the following media types are accepted: application/json, application/yaml',
  )
}

function formOf({ as, g, v }: Record<string, string>): Form | undefined {
  if (as === undefined) return 'object'
  if (as === 'Table' && g === 'meta.k8s.io' && v === 'v1') return 'table'
  if (/^PartialObjectMetadata(List)?$/.test(as) && g === 'meta.k8s.io' && v === 'v1')
    return 'metadata'
  if (as === 'APIGroupDiscoveryList' && v === 'v2') return 'discovery'
  return undefined
}

/** The content of a request as JSON; throws 400 or 415. */
export function decodeBody(bytes: Buffer, contentType: string | undefined): unknown {
  const [type = ''] = (contentType ?? 'application/json').split(';').map((part) => part.trim())
  if (bytes.length === 0) return undefined
  if (type === protobuf) return decodeProtobuf(bytes)
  const body = bytes.toString()
  try {
    if (type.endsWith('yaml')) return parse(body)
    if (type === '' || type.endsWith('json') || type === '*/*') return JSON.parse(body)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw badRequest(`the object provided is unrecognized: ${why}`)
  }
  throw unsupportedMedia('application/json, application/yaml')
}

const protobuf = 'application/vnd.kubernetes.protobuf'

const patchTypes: Record<string, PatchType> = {
  'application/merge-patch+json': 'merge',
  'application/json-patch+json': 'json',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
  'application/apply-patch+json': 'apply',
}

/** The kind of patch that a Content-Type names; throws 415. */
export function patchType(contentType: string | undefined): PatchType {
  const [type = ''] = (contentType ?? '').split(';')
  const found = patchTypes[type.trim()]
  if (!found) throw unsupportedMedia(Object.keys(patchTypes).join(', '))
  return found
}

function unsupportedMedia(accepted: string): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted}`
  return new ApiError(415, 'UnsupportedMediaType', message)
}

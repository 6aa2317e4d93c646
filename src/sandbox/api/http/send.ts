import type { ServerResponse } from 'node:http'
import { stringify } from 'yaml'
import type { StatusBody } from '../api-error.ts'
import type { Json } from '../json.ts'
import type { Media } from './media.ts'

/** Ends a response with a body, as JSON unless YAML was asked for. */
export function send(
  response: ServerResponse,
  status: number,
  body: Json | StatusBody,
  media?: Media,
): void {
  if (!response.hasHeader('content-type'))
    response.setHeader('content-type', media?.yaml ? 'application/yaml' : 'application/json')
  response.statusCode = status
  response.end(media?.yaml ? stringify(body) : JSON.stringify(body))
}

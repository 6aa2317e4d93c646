/** Reads Kubernetes' protobuf, which kubectl uses to create objects of kinds it has types for. */
import { ApiError, badRequest } from '../api-error.ts'
import type { Json } from '../json.ts'
import { deleteOptions, type Message, messages } from './schemas.ts'

const magic = Buffer.from('k8s\0')

/** One object as JSON. Throws 400 for broken bytes, 415 for what this server has no schema of. */
export function decodeProtobuf(body: Buffer): Json {
  if (!body.subarray(0, 4).equals(magic))
    throw badRequest('the object provided is unrecognized: it does not start with "k8s"')
  const envelope = readMessage(body.subarray(4), {
    1: { name: 'type', type: { 1: string('apiVersion'), 2: string('kind') } },
    2: { name: 'raw', type: 'bytes' },
    3: string('contentEncoding'),
    4: string('contentType'),
  })
  const { apiVersion, kind } = envelope.type as Json
  const message = kind === 'DeleteOptions' ? deleteOptions : messages[`${apiVersion} ${kind}`]
  if (!message) throw unreadable(`${String(kind)} as protobuf`)
  const raw = Buffer.from(String(envelope.raw ?? ''), 'base64')
  return { apiVersion, kind, ...readMessage(raw, message) }
}

const string = (name: string) => ({ name, type: 'string' }) as const

function unreadable(what: string): ApiError {
  const message = `the body of the request was in an unknown format - this server does not read ${what}; send JSON, for example with kubectl apply`
  return new ApiError(415, 'UnsupportedMediaType', message)
}

interface Field {
  number: number
  value: number | Buffer
}

function readMessage(bytes: Buffer, message: Message): Json {
  const result: Json = {}
  for (const { number, value } of fieldsOf(bytes)) {
    const known = message[number]
    if (!known) {
      // Go writes every plain field, also where it is empty.
      if (value === 0 || (Buffer.isBuffer(value) && value.every((byte) => byte === 0))) continue
      throw unreadable(`field ${number} of this kind as protobuf`)
    }
    const { name, type, repeated, keepsZero } = known
    if (type === 'ignored') continue
    if (typeof type === 'string' && type.endsWith('Map')) {
      result[name] = { ...(result[name] as Json | undefined), ...mapEntry(value, type) }
      continue
    }
    const decoded = decodeValue(value, type)
    if (repeated) result[name] = [...((result[name] as unknown[] | undefined) ?? []), decoded]
    else if (keepsZero || !isEmpty(decoded)) result[name] = decoded
  }
  return result
}

function isEmpty(value: unknown): boolean {
  return value === '' || value === 0 || value === false
}

function decodeValue(value: number | Buffer, type: Message[number]['type']): unknown {
  if (type === 'number') return value
  if (type === 'boolean') return value === 1
  if (!Buffer.isBuffer(value))
    throw badRequest('the object provided is unrecognized: wrong wire type')
  if (type === 'string') return value.toString()
  if (type === 'bytes') return value.toString('base64')
  if (type === 'intOrString') {
    const {
      kind,
      number = 0,
      text,
    } = readMessage(value, {
      1: { name: 'kind', type: 'number' },
      2: { name: 'number', type: 'number' },
      3: string('text'),
    })
    return kind === 1 ? (text ?? '') : number
  }
  return typeof type === 'object' ? readMessage(value, type) : undefined
}

function mapEntry(value: number | Buffer, type: string): Json {
  if (!Buffer.isBuffer(value))
    throw badRequest('the object provided is unrecognized: wrong wire type')
  const quantity = { 1: string('text') }
  const valueType = { stringMap: 'string', bytesMap: 'bytes', quantityMap: quantity }[type]
  const { key = '', value: found = '' } = readMessage(value, {
    1: string('key'),
    2: { name: 'value', type: (valueType ?? 'string') as Message[number]['type'] },
  })
  const shown = type === 'quantityMap' ? (found as Json).text : found
  return { [String(key)]: shown }
}

function* fieldsOf(bytes: Buffer): Generator<Field> {
  let at = 0
  const varint = (): number => {
    let result = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined || shift > 63n)
        throw badRequest('the object provided is unrecognized: it ends too early')
      result |= BigInt(byte & 127) << shift
      if (byte < 128) return Number(BigInt.asIntN(64, result))
    }
  }
  while (at < bytes.length) {
    const tag = varint()
    const number = tag >> 3
    if ((tag & 7) === 0) {
      yield { number, value: varint() }
      continue
    }
    if ((tag & 7) !== 2) throw unreadable(`wire type ${tag & 7} of protobuf`)
    const length = varint()
    if (length < 0 || at + length > bytes.length)
      throw badRequest('the object provided is unrecognized: it ends too early')
    yield { number, value: bytes.subarray(at, at + length) }
    at += length
  }
}

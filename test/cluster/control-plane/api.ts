import http from 'node:http'
import https from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'
import type { KubeObject } from '../../../src/objects.ts'
import { type Access, readKubeconfig } from './kubeconfig.ts'

/** The API server refused a request. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number

  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }
}

export interface WatchedEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  object: KubeObject
}

export interface Watcher {
  onEvent(event: WatchedEvent): void
  onOpen?(): void
  signal: AbortSignal
}

/**
 * A small client of its own, so that what the tests see does not depend on the client under test.
 */
export interface Api {
  readonly server: string
  /** The parsed answer. Rejects with ApiError for every status but 2xx. */
  request<T>(method: string, path: string, body?: unknown, contentType?: string): Promise<T>
  /** The answer of a GET as it is. Rejects like `request`. */
  text(path: string): Promise<string>
  /** Like `request` with GET, but undefined for what is not there. */
  find<T>(path: string): Promise<T | undefined>
  /**
   * Calls `onEvent` for every object of a collection as it is now and for every change of it,
   * until `signal` aborts. A stream that ends is taken up again where it ended. `onOpen` is called
   * when the server has accepted a stream.
   */
  watch(path: string, watcher: Watcher): Promise<void>
  /** Closes idle connections. */
  close(): void
}

/** The API that a kubeconfig file's current context leads to. */
export async function connect(kubeconfig: string): Promise<Api> {
  return connectTo(await readKubeconfig(kubeconfig))
}

/** The API at an address. */
export function connectTo(access: Access): Api {
  const transport = transportOf(access)

  const send = async (sent: Sent): Promise<string> => {
    const answer = await transport.send(sent)
    const text = await textOf(answer)
    const { statusCode: status = 0 } = answer
    if (status < 200 || status > 299)
      throw new ApiError(`${sent.method} ${sent.path}: ${status} ${messageOf(text)}`, status)
    return text
  }
  const request = async <T>(method: string, path: string, body?: unknown, contentType?: string) =>
    JSON.parse(await send({ method, path, body, ...(contentType && { contentType }) })) as T

  return {
    server: access.server,
    request,
    text: (path) => send({ method: 'GET', path }),
    async find<T>(path: string) {
      try {
        return await request<T>('GET', path)
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return undefined
        throw error
      }
    },
    watch: (path, watcher) => watch(transport, path, watcher),
    close: transport.close,
  }
}

interface Sent {
  method: string
  path: string
  body?: unknown
  contentType?: string
  signal?: AbortSignal
}

interface Transport {
  send(request: Sent): Promise<http.IncomingMessage>
  close(): void
}

function transportOf(access: Access): Transport {
  const { server, ca, cert, key, token, insecure } = access
  const secure = server.startsWith('https:')
  const options = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY }
  const tls = { ...(ca && { ca }), ...(cert && { cert, key }), rejectUnauthorized: !insecure }
  const agent = secure ? new https.Agent({ ...options, ...tls }) : new http.Agent(options)
  const send = ({ method, path, body, contentType = 'application/json', signal }: Sent) =>
    new Promise<http.IncomingMessage>((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body)
      const headers = {
        accept: 'application/json',
        ...(text !== undefined && {
          'content-type': contentType,
          'content-length': Buffer.byteLength(text),
        }),
        ...(token && { authorization: `Bearer ${token}` }),
      }
      const start = secure ? https.request : http.request
      const request = start(server + path, { method, agent, headers, ...(signal && { signal }) })
      request.once('error', reject).once('response', resolve)
      request.end(text)
    })
  return { send, close: () => agent.destroy() }
}

async function watch(
  transport: Transport,
  path: string,
  { onEvent, onOpen, signal }: Watcher,
): Promise<void> {
  let version = '0'
  while (!signal.aborted) {
    try {
      const query = `watch=1&resourceVersion=${version}&timeoutSeconds=600`
      const answer = await transport.send({ method: 'GET', path: `${path}?${query}`, signal })
      if (answer.statusCode !== 200) {
        await textOf(answer)
        if (answer.statusCode === 410) version = '0'
        await wait(200, undefined, { signal })
        continue
      }
      onOpen?.()
      for await (const { type, object } of lines(answer)) {
        if (type === 'ERROR') {
          version = '0'
          break
        }
        version = object.metadata.resourceVersion ?? version
        if (type !== 'BOOKMARK') onEvent({ type, object })
      }
    } catch {
      // Aborted, or the connection broke: the condition of the loop tells these apart.
      if (!signal.aborted) await wait(200, undefined, { signal }).catch(() => {})
    }
  }
}

type Line =
  | WatchedEvent
  | { type: 'BOOKMARK'; object: KubeObject }
  | { type: 'ERROR'; object: unknown }

async function* lines(answer: http.IncomingMessage): AsyncGenerator<Line> {
  let rest = ''
  for await (const chunk of answer.setEncoding('utf8')) {
    const parts = (rest + String(chunk)).split('\n')
    rest = parts.pop() ?? ''
    for (const line of parts) if (line.trim()) yield JSON.parse(line) as Line
  }
}

async function textOf(answer: http.IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of answer.setEncoding('utf8')) text += String(chunk)
  return text
}

/** The message of a Status object, or the text as it is. */
function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text
  } catch {
    return text
  }
}

/** The HTTP API of a Prometheus, as far as metric checks use it, over series in memory. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../../io/clock.ts'
import { parametersIn, promReply, type Reply, refusal } from './api.ts'
import type { SeriesStore } from './series.ts'

export interface PrometheusServer {
  url: string
  /** Ends all connections; resolves when the port is free. */
  close(): Promise<void>
}

const longestBody = 64 * 1024

/** Listens on the loopback address, on a free port unless told. */
export async function startPrometheus(
  store: SeriesStore,
  { clock, port = 0 }: { clock: Clock; port?: number },
): Promise<PrometheusServer> {
  const server = createServer((request, response) => {
    answer(request, store, clock).then(
      ({ status, type = 'application/json', body }) => {
        response.writeHead(status, { 'content-type': type })
        response.end(body)
      },
      // The caller went away while it was sending.
      () => response.destroy(),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(request: IncomingMessage, store: SeriesStore, clock: Clock): Promise<Reply> {
  const [path = '', query = ''] = (request.url ?? '/').split('?', 2)
  const sent = await read(request)
  if (sent === undefined) return refusal(413, 'the request is too large')
  return promReply({ path, given: parametersIn(query, sent) }, store, clock.now())
}

/** The body; undefined when it is too long. */
async function read(request: IncomingMessage): Promise<string | undefined> {
  let body = ''
  for await (const chunk of request) {
    body += String(chunk)
    if (body.length > longestBody) return undefined
  }
  return body
}

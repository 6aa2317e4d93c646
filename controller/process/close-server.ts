/** How an HTTP server ends. */
import type { Server } from 'node:http'

/** What is being answered has so long to end. */
const graceMs = 3_000

/** Resolves once nobody is connected any more. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(late)
      resolve()
    })
    server.closeIdleConnections()
  })
}

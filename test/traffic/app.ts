/**
 * What runs in each pod. It says which version it is, and fails every second request where that is
 * a broken one. Asked to end it goes on for a while, as a pod does whose `preStop` hook sleeps:
 * until it has left the endpoints everywhere, requests still come.
 */
import { createServer } from 'node:http'
import { podPort } from './network.ts'

const drainMs = 5_000
const [address, version = ''] = process.argv.slice(2)
let served = 0

const server = createServer(({ url }, response) => {
  const isRequest = url !== '/ready'
  if (isRequest) served += 1
  const isFailure = isRequest && version.endsWith('broken') && served % 2 === 0
  response.writeHead(isFailure ? 500 : 200, { 'x-version': version }).end()
}).listen(podPort, address)

process.once('SIGTERM', () => setTimeout(() => server.close(), drainMs))

import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { download } from '../../../../commands/input/download.ts'

const terminal = { signal: new AbortController().signal }

/** A server on the loopback device; gives its `host:port`. */
async function served(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('reads what the URL gives, and sends the login of the URL without showing it', async () => {
  let authorization: string | undefined
  const host = await served((request, response) => {
    authorization = request.headers.authorization
    response.end('kind: Canary')
  })

  const read = await download(`http://ann:secret@${host}/canary.yaml?token=t`, terminal)

  expect(read).toEqual({ from: `http://${host}/canary.yaml`, text: 'kind: Canary' })
  expect(authorization).toBe(`Basic ${btoa('ann:secret')}`)
})

test.each<[string, RequestListener, string]>([
  ['a refusal', (_, response) => response.writeHead(404).end(), 'server reported 404'],
  ['a lost connection', ({ socket }) => socket.destroy(), 'GET http://'],
  ['no end', (_, response) => void response.end('x'.repeat(5 * 2 ** 20)), 'GET http://'],
])('takes %s for one sentence that shows no secret', async (_, answer, why) => {
  const host = await served(answer)

  const reading = download(`http://ann:secret@${host}/canary.yaml`, terminal)

  const error = await reading.catch((thrown: unknown) => thrown)
  expect(`${error}`).toContain(`error: unable to read URL "http://${host}/canary.yaml", ${why}`)
  expect(`${error}`).not.toContain('secret')
})

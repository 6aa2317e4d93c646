/** Whose token it is, as the API server says. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { messageOf } from '../../src/errors.ts'
import type { Clock } from '../../src/io/clock.ts'
import type { Http, HttpRequest } from '../../src/io/http.ts'
import type { Log } from '../../src/io/log.ts'
import { isMap } from '../../src/json.ts'
import { accountOf, type Caller } from '../../src/load/access.ts'

/** How the API server is reached from a pod. */
export interface PodAccess {
  url: string
  tokenFile: string
  caFile: string
}

export type Reviewer = (token: string) => Promise<Caller>

/** An account may lose its rights: what was said of a token holds for so long. */
const holdsMs = 30_000
const mostHeld = 1_000
const timeoutMs = 10_000

/** Asks the API server whose token it is, and keeps what it says for half a minute. */
export function createReviewer(
  { url, tokenFile, caFile }: PodAccess,
  { http, clock, log, audience }: { http: Http; clock: Clock; log: Log; audience: string },
): Reviewer {
  const held = new Map<string, { caller: Caller; untilMs: number }>()

  function request(token: string): HttpRequest {
    const spec = { token, ...(audience !== '' && { audiences: [audience] }) }
    return {
      method: 'POST',
      url: `${url}/apis/authentication.k8s.io/v1/tokenreviews`,
      headers: {
        'content-type': 'application/json',
        // The kubelet puts another one there as time goes by.
        authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}`,
      },
      body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec }),
      tls: { ca: readFileSync(caFile, 'utf8') },
      timeoutMs,
      direct: true,
      redirects: 'home',
    }
  }

  return async (token) => {
    const key = createHash('sha256').update(token).digest('hex')
    const known = held.get(key)
    if (known && clock.monotonicMs() < known.untilMs) return known.caller
    try {
      const { status, body } = await http(request(token))
      if (status !== 200 && status !== 201) throw new Error(`the API server answered ${status}`)
      const caller = callerIn(body)
      if (held.size >= mostHeld) held.clear()
      held.set(key, { caller, untilMs: clock.monotonicMs() + holdsMs })
      return caller
    } catch (error) {
      log.error({}, `a token could not be reviewed: ${messageOf(error)}`)
      return { kind: 'stranger' }
    }
  }
}

function callerIn(body: string): Caller {
  const read: unknown = JSON.parse(body)
  const status = isMap(read) && isMap(read.status) ? read.status : {}
  const user = isMap(status.user) ? status.user.username : undefined
  const isKnown = status.authenticated === true && typeof user === 'string'
  return isKnown ? accountOf(user) : { kind: 'stranger' }
}

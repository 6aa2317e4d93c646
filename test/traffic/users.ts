/** Users who ask at a constant rate, whatever becomes of their requests. */
import { Agent, request } from 'node:http'
import { entrance } from './network.ts'

export interface Answer {
  /** Of the response; 0 where there was none. */
  status: number
  /** That answered; undefined where the answer is the gateway's own. */
  version?: string
  /** Why there was no response. */
  error?: string
}

export interface Users {
  /** In the order in which they came; it grows. */
  readonly answers: readonly Answer[]
  /** Resolves when the last request has its answer. */
  stop(): Promise<void>
}

const tickMs = 20
const patienceMs = 30_000

/** Begins to ask for `/` of the host, `perSecond` times. */
export function startUsers(host: string, perSecond = 50): Users {
  const agent = new Agent({ keepAlive: true, maxSockets: 50 })
  const answers: Answer[] = []
  const pending = new Set<Promise<void>>()
  const began = performance.now()
  let asked = 0
  // A late tick makes up for those that it missed: the rate is that of the clock.
  const timer = setInterval(() => {
    const due = ((performance.now() - began) / 1_000) * perSecond
    for (; asked < due; asked += 1) {
      const answer = ask(agent, host).then((one) => {
        answers.push(one)
        pending.delete(answer)
      })
      pending.add(answer)
    }
  }, tickMs)
  return {
    answers,
    async stop() {
      clearInterval(timer)
      await Promise.all(pending)
      agent.destroy()
    },
  }
}

/** One request; never rejects. */
export function ask(agent: Agent, host: string): Promise<Answer> {
  return new Promise((resolve) => {
    const sent = request({ ...entrance, agent, headers: { host }, timeout: patienceMs })
    sent.once('timeout', () => sent.destroy(new Error(`no answer within ${patienceMs} ms`)))
    sent.once('error', ({ message }) => resolve({ status: 0, error: message }))
    sent.once('response', (response) => {
      const version = response.headers['x-version']
      const answer = { status: response.statusCode ?? 0 }
      response.resume().once('end', () => {
        resolve(typeof version === 'string' ? { ...answer, version } : answer)
      })
      response.once('error', ({ message }) => resolve({ status: 0, error: message }))
    })
    sent.end()
  })
}

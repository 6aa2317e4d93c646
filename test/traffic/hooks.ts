/** What the hooks of the canaries lead to: a gate for each weight, and a look at the users. */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { Users } from './users.ts'

export interface Hooks {
  /** The gate of one canary, and its hooks: first the gate, then the look at its users. */
  add(namespace: string, users: Users): { webhooks: object[]; leave: (weight: number) => void }
  close(): Promise<void>
}

interface Gate {
  open: Set<string>
  users: Users
}

/** So many users are asked whether something failed. */
const lately = 100

export async function startHooks(): Promise<Hooks> {
  const gates = new Map<string, Gate>()
  const server = createServer(async (request, response) => {
    const [, hook, namespace = ''] = request.url?.split('/') ?? []
    const gate = gates.get(namespace)
    const weight = await weightIn(request)
    const passes = gate && (hook === 'gate' ? gate.open.has(weight) : areServed(gate.users))
    response.writeHead(passes ? 200 : 403).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  return {
    add(namespace, users) {
      const open = new Set<string>()
      gates.set(namespace, { open, users })
      const metadata = { weight: '{{ canaryWeight }}' }
      return {
        webhooks: [
          {
            name: 'gate',
            type: 'confirm-traffic-increase',
            url: `${url}/gate/${namespace}`,
            metadata,
          },
          { name: 'users', type: 'rollout', url: `${url}/users/${namespace}`, metadata },
        ],
        leave: (weight) => open.add(`${weight}`),
      }
    },
    async close() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}

function areServed({ answers }: Users): boolean {
  return answers.slice(-lately).every(({ status }) => status === 200)
}

async function weightIn(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += String(chunk)
  return (JSON.parse(body) as { metadata?: { weight?: string } }).metadata?.weight ?? ''
}

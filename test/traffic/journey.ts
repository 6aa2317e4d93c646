/** One canary on one road, with its users and its hooks. */
import { expect, vi } from 'vitest'
import type { Api } from '../cluster/control-plane/api.ts'
import type { Hooks } from './hooks.ts'
import { podPort } from './network.ts'
import type { Road } from './roads.ts'
import { type Answer, startUsers, type Users } from './users.ts'

export const weights = [10, 35, 50]

/** Generous: what must come comes on a busy machine as well. */
const patience = { timeout: 180_000, interval: 200 }
const window = 200

export interface Journey {
  name: string
  users: Users
  canary(): Promise<{ status?: { phase?: string; canaryWeight?: number } }>
  /** Rolls out `app:VERSION`. */
  release(version: string): Promise<void>
  /** Lets the canary leave this weight. */
  leave(weight: number): void
  reaches(status: { phase?: string; canaryWeight?: number }): Promise<void>
}

/** Sets everything up, and resolves when users are served by the first version. */
export async function begin(
  api: Api,
  hooks: Hooks,
  [name, road]: [string, Road],
): Promise<Journey> {
  const { metadata } = await api.request<{ metadata: { name: string } }>(
    'POST',
    '/api/v1/namespaces',
    { metadata: { generateName: 'traffic-' } },
  )
  const namespace = metadata.name
  const of = (group: string, plural: string) => `/apis/${group}/namespaces/${namespace}/${plural}`
  const deployments = of('apps/v1', 'deployments')
  const canaries = of('flagger.app/v1beta1', 'canaries')
  const users = startUsers(road.host)
  const gate = hooks.add(namespace, users)

  await api.request('POST', deployments, deployment)
  for (const object of road.objects(namespace))
    await api.request('POST', of(object.apiVersion, pluralOf(object.kind)), object)
  await api.request('POST', canaries, canaryOf(road, gate.webhooks))

  const journey: Journey = {
    name,
    users,
    canary: () => api.request('GET', `${canaries}/app`),
    async release(version) {
      const body = templateOf(version)
      await api.request('PATCH', `${deployments}/app`, body, strategic)
    },
    leave: gate.leave,
    reaches: (status) =>
      vi.waitFor(
        async () => expect(await journey.canary(), name).toMatchObject({ status }),
        patience,
      ),
  }
  await journey.reaches({ phase: 'Initialized' })
  await served(journey, '1')
  return journey
}

/** Resolves when the last users were all served by this version. */
export function served({ users, name }: Journey, version: string): Promise<void> {
  return vi.waitFor(() => {
    const last = users.answers.slice(-window)
    expect(last, name).toHaveLength(window)
    expect(new Set(last.map(({ status, version: by }) => `${status} by ${by}`)), name).toEqual(
      new Set([`200 by ${version}`]),
    )
  }, patience)
}

/** Resolves when the data plane has taken the weight over. */
export function takenOver({ users, name }: Journey, version: string, weight: number) {
  return vi.waitFor(
    () => expectShare(users.answers.slice(-window), { name, version, weight }),
    patience,
  )
}

/** The next `count` answers. */
export async function next({ users, name }: Journey, count: number): Promise<readonly Answer[]> {
  const from = users.answers.length
  const end = from + count
  await vi.waitFor(() => expect(users.answers.length, name).toBeGreaterThanOrEqual(end), patience)
  return users.answers.slice(from, end)
}

/** The canary's share is within one point of its weight. */
export function expectShare(
  answers: readonly Answer[],
  { name, version, weight }: { name: string; version: string; weight: number },
): void {
  const share = (answers.filter((one) => one.version === version).length / answers.length) * 100
  const what = `${name}: ${share} % of the users meet the canary, of weight ${weight}`
  expect(Math.abs(share - weight), what).toBeLessThanOrEqual(1)
}

/** Answers that no pod gave. */
export function lost(answers: readonly Answer[]): readonly Answer[] {
  return answers.filter(({ version }) => version === undefined)
}

const strategic = 'application/strategic-merge-patch+json'
const labels = { app: 'app' }

const templateOf = (version: string) => ({
  spec: {
    template: {
      spec: {
        containers: [
          {
            name: 'app',
            image: `app:${version}`,
            ports: [{ name: 'http', containerPort: podPort }],
          },
        ],
      },
    },
  },
})

const { spec } = templateOf('1')
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'app' },
  spec: {
    replicas: 2,
    selector: { matchLabels: labels },
    template: { ...spec.template, metadata: { labels } },
  },
}

function canaryOf(road: Road, webhooks: readonly object[]) {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'app' },
    spec: {
      ...road.spec,
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'app' },
      service: { port: 80, targetPort: podPort, ...road.service },
      analysis: {
        // Longer than Traefik takes to read a change.
        interval: '5s',
        threshold: 2,
        stepWeights: weights,
        metrics: road.metrics,
        webhooks: road.metrics.length > 0 ? webhooks.slice(0, 1) : webhooks,
      },
    },
  }
}

function pluralOf(kind: string): string {
  return kind === 'Ingress' ? 'ingresses' : `${kind.toLowerCase()}s`
}

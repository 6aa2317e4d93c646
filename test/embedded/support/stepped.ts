/** A canary on a clock that stands still until the next thing is due: hours go by in a moment. */
import { onTestFinished } from 'vitest'
import type { CanaryResource } from '../../../src/canary/api.gen.ts'
import type { KubeObject, ObjectRef } from '../../../src/objects.ts'
import { furnish, setImage } from '../../model/acts.ts'
import { type Analysis, type CanaryChoice, canaryRef, home } from '../../model/objects.ts'
import { look, shareOf } from '../../model/users.ts'
import { createWorld, type World } from '../../model/world.ts'

type Object = KubeObject & { [field: string]: unknown }

export interface SteppedCanary {
  world: World
  /** Lets so many seconds go by. */
  pass(seconds: number): Promise<void>
  setImage(image: string): void
  patch(ref: ObjectRef, body: object): void
  status(): NonNullable<CanaryResource['status']>
  /** What was said of the canary so far, as `Warning text`, in order. */
  events(): string[]
  /** Of a hundred users, how many the canary answers. */
  share(): number
  /**
   * What the status came to say since the last new image: the phase, weight/iterations/failed checks,
   * and the share of users that the canary answers, with `m` where their requests are copied to it.
   */
  timeline(): string[]
}

export interface Given extends Partial<Omit<CanaryChoice, 'analysis'>> {
  /** The strategy, by the name that the model has for it; `weights` where absent. */
  plan?: Analysis
  /** Laid over the Canary's spec, and over its analysis; what is `null` goes. */
  spec?: object
  analysis?: object
  /** Applied to what a team has, before the controller begins. */
  before?(world: World): void
}

/** Everything that a team has, and a controller that has looked at it for two minutes. */
export async function givenStepped({
  plan = 'weights',
  spec,
  analysis,
  before,
  ...of
}: Given = {}): Promise<SteppedCanary> {
  const usual = { provider: 'istio', gates: false, revertOnDeletion: false } as const
  const lines: string[] = []
  const world = createWorld(
    { ...usual, ...of, analysis: plan },
    {
      onRequest() {},
      onWrite(of, { kind }) {
        if (kind === 'Canary' && lines.at(-1) !== standing(of)) lines.push(standing(of))
      },
    },
  )
  onTestFinished(() => world.end())
  furnish(world)
  const patch = (ref: ObjectRef, body: object) =>
    void world.store.patch(ref, body, { type: 'merge' })
  patch(canaryRef, { spec: { ...spec, ...(analysis && { analysis }) } })
  before?.(world)
  world.startProcess()
  await world.clock.pass(120_000)
  return {
    world,
    patch,
    pass: (seconds) => world.clock.pass(seconds * 1_000),
    setImage(image) {
      lines.length = 0
      setImage(world, image)
    },
    status: () => world.store.get<CanaryResource>(canaryRef)?.status ?? {},
    events: () => eventsIn(world),
    share: () => shareOf('target', look(world)),
    timeline: () => lines,
  }
}

function standing(world: World): string {
  const { phase, canaryWeight, iterations, failedChecks } =
    world.store.get<CanaryResource>(canaryRef)?.status ?? {}
  const routes = world.store.get(virtualService)
  const copied = JSON.stringify(routes ?? {}).includes('"mirror"') ? 'm' : ''
  const share = shareOf('target', look(world))
  return `${phase} ${canaryWeight}/${iterations}/${failedChecks} ${share}${copied}`
}

const virtualService: ObjectRef = {
  apiVersion: 'networking.istio.io/v1beta1',
  kind: 'VirtualService',
  namespace: home,
  name: 'app',
}

function eventsIn({ store }: World): string[] {
  return store
    .list<Object & { type: string; message: string }>(
      { apiVersion: 'v1', kind: 'Event' },
      { namespace: home },
    )
    .toSorted((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
    .map(({ type, message }) => `${type} ${message}`)
}

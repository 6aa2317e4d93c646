/** What one step sees of a world, and the decision that it comes to. */
import { decide } from '../../src/analysis/decide.ts'
import {
  checkKey,
  type Decision,
  type Observation,
  type Verdicts,
} from '../../src/analysis/decision.ts'
import { type Canary, parseCanary } from '../../src/canary/canary.ts'
import { readRequests } from '../../src/requests/request.ts'
import { accepted } from '../../src/routers/router.ts'
import { statusOf, type World } from './world.ts'
import { answer } from './world-answers.ts'
import { assertSound } from './world-invariants.ts'
import { readMesh } from './world-mesh.ts'
import { workloadState } from './world-workload.ts'

/** Asks until there is something to do, and holds every decision to what must always be true. */
export function decided(world: World, seen: Observation): Decision & { kind: 'act' } {
  let verdicts: Verdicts = {}
  const asked: string[] = []
  for (;;) {
    const decision = decide(seen, verdicts)
    assertSound(seen, verdicts, decision)
    if (decision.kind === 'act') return decision
    const key = checkKey(decision.check)
    if (asked.includes(key)) throw new Error(`${key} is asked twice in one step`)
    asked.push(key)
    world.log.asked.push(key)
    verdicts = { ...verdicts, [key]: answer(world, decision.check) }
  }
}

/** What one step may see now; undefined when the Canary is gone. */
export function observe(world: World): Observation | undefined {
  if (!world.resource) return undefined
  const defaults = { meshProvider: 'istio', metricsServer: 'http://prometheus:9090' }
  const { canary, problems } = parseCanary(structuredClone(world.resource), defaults)
  return {
    now: world.now,
    canary,
    problems,
    faults: world.faults,
    workload: workloadState(world),
    sizing: world.sizing,
    routes: routesIn(world, canary),
    routesWriter: world.routesWriter,
    acceptance: accepted,
    abilities: world.abilities,
    requests: readRequests(canary.metadata.annotations),
    lastStepAt: world.lastStepAt,
    startedAt: world.startedAt,
    letters: String.fromCharCode(97 + (world.letters++ % 26)).repeat(20),
  }
}

/** Plain Kubernetes has no routes; its router tells them from the counter, as Flagger's does. */
function routesIn(world: World, canary: Canary): Observation['routes'] {
  if (world.unreadable !== undefined) return { unreadable: world.unreadable }
  if (world.mesh) return readMesh(world.mesh, canary)
  if (world.abilities.weights) return structuredClone(world.routes)
  const share = (statusOf(world).iterations ?? 0) > 0 ? 100 : 0
  return { primary: 100 - share, canary: share, mirrored: false }
}

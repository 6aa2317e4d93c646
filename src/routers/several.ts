/** What several routing objects of one canary come to. */
import type { Canary } from '../canary/canary.ts'
import { together } from './original.ts'
import { type Acceptance, accepted, type Router, type Routes } from './router.ts'

/**
 * A router that knows one object, for each of those that a Canary names: `each` makes canaries of
 * it that name one.
 */
export function forEach(each: (canary: Canary) => Canary[], one: Router): Router {
  const all = <C extends { canary: Canary }>(of: C): C[] =>
    each(of.canary).map((canary) => ({ ...of, canary }))
  return {
    ...one,
    reads: (of) => all(of).flatMap(one.reads),
    routes: (of) => fewestOnCanary(all(of).map(one.routes)),
    accepted: (of, routes) => allAccepted(all(of).map((single) => one.accepted(single, routes))),
    render: (of, routes) => all(of).flatMap((single) => one.render(single, routes)),
    restore: (of) => together(all(of).map(one.restore)),
  }
}

/**
 * Objects differ between two writes of one move, or because somebody changed one of them: of these
 * the routes with the fewest users on the canary count, so that what is still to be written leads
 * nobody back to it. What is not there yet gets the routes of the others.
 */
export function fewestOnCanary(all: readonly (Routes | undefined)[]): Routes | undefined {
  const found = all.filter((routes) => routes !== undefined)
  const users = ({ canary, mirrored }: Routes) => 2 * canary + Number(mirrored)
  return found.toSorted((one, other) => users(one) - users(other))[0]
}

/** Accepted once all are; before that what the first of the others says. */
export function allAccepted(all: readonly Acceptance[]): Acceptance {
  return all.find(({ state }) => state !== 'accepted') ?? accepted
}

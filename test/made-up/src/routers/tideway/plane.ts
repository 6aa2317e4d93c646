/** What its documentation would say: a request goes to one of the sides, by its share of all. */
import type { KubeObject } from '../../objects.ts'
import { chosen, type Plane } from '../../sandbox/traffic/plane.ts'

interface Tide extends KubeObject {
  spec: { sides: { service: string; share: number }[] }
}

const tides = { apiVersion: 'tideway.example.com/v1', kind: 'Tide' }

export const plane: Plane = {
  road({ namespace, service }, objects) {
    const tide = objects
      .list<Tide>(tides, namespace)
      .find(({ metadata }) => metadata.name === service)
    if (!tide) return undefined
    const sides = tide.spec.sides.map((side) => ({ to: side.service, weight: side.share }))
    return (_, random) => {
      const to = chosen(sides, random)
      return to === undefined ? {} : { service: to }
    }
  },
  counts: () => [],
  tester: () => ({}),
}

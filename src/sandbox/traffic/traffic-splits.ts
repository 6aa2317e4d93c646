/** How meshes read TrafficSplits: those who call its Service get its backends by weight. */
import type { KubeObject } from '../../objects.ts'
import { type Called, chosen, type Objects, type Road } from './plane.ts'

interface TrafficSplit extends KubeObject {
  spec?: { service?: string; backends?: { service: string; weight?: number | string }[] }
}

/** The road by the first of these versions that has objects; undefined where no one is split. */
export function roadBySplits(
  { namespace, service }: Called,
  objects: Objects,
  versions: readonly string[],
): Road | undefined {
  const qualified = `${service}.${namespace}`
  const names = [service, qualified, `${qualified}.svc`, `${qualified}.svc.cluster.local`]
  const split = versions
    .map((version) => ({ apiVersion: `split.smi-spec.io/${version}`, kind: 'TrafficSplit' }))
    .flatMap((kind) => objects.list<TrafficSplit>(kind, namespace))
    .find(({ spec }) => names.includes(spec?.service ?? ''))
  if (!split) return undefined
  const backends = (split.spec?.backends ?? []).map(({ service: to, weight = 0 }) => {
    return { to, weight: Number(weight) }
  })
  return (_, random) => {
    const taken = chosen(backends, random)
    return taken === undefined ? {} : { service: taken }
  }
}

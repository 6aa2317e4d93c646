/** Asks which of the hosts of gates are Services of the cluster. */
import type { Canary } from '../../src/canary/canary.ts'
import { isGate } from '../../src/canary/gates.ts'
import type { Known } from '../../src/report/gates/list.ts'
import { serviceAddress } from '../../src/service-host.ts'
import { isService } from '../input/services.ts'
import type { Session } from '../shell/session.ts'

/** Of names that may be outside, each once; what the server does not tell is left out. */
export async function knownServices(canaries: readonly Canary[], session: Session): Promise<Known> {
  const hosts = canaries.flatMap(({ analysis, namespace }) =>
    analysis.webhooks
      .filter(isGate)
      .flatMap(({ url }) => serviceAddress(url, namespace) ?? [])
      .filter(({ isCertain }) => !isCertain),
  )
  const asked = new Map(hosts.map((one) => [`${one.namespace}/${one.service}`, one]))
  const found = await Promise.all(
    [...asked].map(async ([key, one]) => [key, await isService(one, session)] as const),
  )
  return new Map(found.flatMap(([key, is]) => (is === undefined ? [] : [[key, is] as const])))
}

/** Whom the controller asks for the sake of Canaries, by its flags. */
import { systemClock } from '../../src/io/clock.ts'
import type { KubeClient } from '../../src/io/kube/client.ts'
import { createAddressRules } from '../../src/io/outside/addresses.ts'
import { authorityOf } from '../../src/io/outside/authority.ts'
import { askDns, machineRules } from '../../src/io/outside/dns.ts'
import { createReach, type Reach } from '../../src/io/outside/reach.ts'
import { createResolver } from '../../src/io/outside/resolver.ts'
import type { Config } from './config/config.ts'

/** No request is made yet. */
export function reachOf(
  config: Readonly<Config>,
  { kube, mesh }: { kube: KubeClient; mesh: KubeClient | undefined },
): Reach {
  const clock = systemClock
  const servers = [kube.server, mesh?.server ?? '']
  return createReach({
    rules: createAddressRules(config.addresses),
    resolver: createResolver({ ask: askDns(), rules: machineRules(clock), clock }),
    trusted: new Set(urlsOf(ownAddresses(config)).map(authorityOf)),
    apiServers: urlsOf(servers).map(({ hostname }) => hostname),
  })
}

/** Addresses that stand in flags: only who runs the controller can have meant them. */
function ownAddresses({ metricsServer, globalAlerts, eventWebhook }: Readonly<Config>): string[] {
  const { address = '', proxy = '' } = globalAlerts?.target ?? {}
  return [metricsServer, address, proxy, eventWebhook]
}

function urlsOf(texts: readonly string[]): URL[] {
  return texts.flatMap((text) => URL.parse(text) ?? [])
}

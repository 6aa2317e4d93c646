/** Where alerts go of canaries that name no receiver: Flagger has flags for Slack and Teams. */
import type { NotifierTarget } from '../../../src/notifiers/notifier.ts'
import type { FlagName } from './flag-specs.ts'

/** One receiver, by the type that an AlertProvider would have. */
export interface Destination {
  type: string
  target: NotifierTarget
}

/** Teams goes before Slack. User and channel have the defaults that AlertProviders have. */
export function globalAlerts(of: (flag: FlagName) => string): Destination | undefined {
  const common = {
    channel: of('slack-channel') || 'general',
    username: of('slack-user') || 'flagger',
  }
  const teams = of('msteams-url')
  if (teams !== '') {
    const target = { ...common, address: teams, token: '', proxy: of('msteams-proxy-url') }
    return { type: 'msteams', target }
  }
  const address = of('slack-url')
  if (address === '') return undefined
  const target = { ...common, address, token: of('slack-token'), proxy: of('slack-proxy-url') }
  return { type: 'slack', target }
}

/** A hook of a load tester, called at each check. */
import type { EffectiveWebhook } from '../../src/canary/analysis.ts'

export const hook: Readonly<EffectiveWebhook> = {
  name: 'load',
  type: 'rollout',
  url: 'http://loadtester/',
  timeoutMs: 5_000,
  retries: 0,
  muteAlert: false,
  disableTLS: false,
  call: 'poll',
  metadata: {},
}

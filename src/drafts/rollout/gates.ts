/** Gates that a person opens, in place of a pause without an end. */

export type HookType = 'confirm-rollout' | 'confirm-traffic-increase' | 'confirm-promotion'

const names: Readonly<Record<HookType, string>> = {
  'confirm-rollout': 'start gate',
  'confirm-traffic-increase': 'traffic gate',
  'confirm-promotion': 'promotion gate',
}

/** Hooks without an address: `kubectl canary promote` and `gate` open them. */
export function gateHooks(types: readonly HookType[]): object[] {
  return types.map((type) => ({ name: names[type], type, url: '' }))
}

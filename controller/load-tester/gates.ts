/** Gates that people open and close by hand, and controllers ask for. */
import type { Log } from '../../src/io/log.ts'
import { isMap } from '../../src/json.ts'
import type { State } from './state.ts'

export type GateSort = 'gate' | 'rollback'

export interface Gates {
  /** Whether a canary may pass, or is to be rolled back; the question is logged. */
  isOpen(sort: GateSort, canary: string): boolean
  /** Opens or closes it, and keeps that over a restart. */
  set(sort: GateSort, canary: string, isOpen: boolean): void
}

/** Closed until somebody opens them; then open until somebody closes them. */
export function createGates(state: State, log: Log): Gates {
  const kept = state.read('gates')
  const open = {
    gate: new Set(namesIn(kept, 'gate')),
    rollback: new Set(namesIn(kept, 'rollback')),
  }
  const shown = (sort: GateSort, canary: string) =>
    sort === 'gate' ? `${canary} gate` : `${canary} rollback`
  return {
    isOpen(sort, canary) {
      const isOpen = open[sort].has(canary)
      log.info({ canary }, `${shown(sort, canary)} check: approved ${isOpen}`)
      return isOpen
    },
    set(sort, canary, isOpen) {
      open[sort][isOpen ? 'add' : 'delete'](canary)
      state.write('gates', { gate: [...open.gate], rollback: [...open.rollback] })
      log.info({ canary }, `${shown(sort, canary)} ${isOpen ? 'opened' : 'closed'}`)
    },
  }
}

function namesIn(kept: unknown, sort: GateSort): string[] {
  const names = isMap(kept) ? kept[sort] : undefined
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []
}

/** Something that is scarce, in portions: so much for each tenant, and so much in all. */

export interface Portions {
  /**
   * Resolves once there is room for so much, and gives what hands it back. Tenants take turns; for
   * more than one of them can ever have, all of its share is taken. Rejects when the signal aborts.
   */
  take(tenant: string, amount: number, signal: AbortSignal): Promise<() => void>
  /** What is out now, of all tenants. */
  taken(): number
}

interface Waiter {
  amount: number
  begin: () => void
}

/** `each` is the most that one tenant has at a time, `all` what there is. */
export function createPortions({ each, all }: { each: number; all: number }): Portions {
  const used = new Map<string, number>()
  const waiting = new Map<string, Waiter[]>()
  let total = 0

  function fits(tenant: string, amount: number): boolean {
    return (used.get(tenant) ?? 0) + amount <= each && total + amount <= all
  }

  function give(tenant: string, amount: number): () => void {
    used.set(tenant, (used.get(tenant) ?? 0) + amount)
    total += amount
    let isOut = true
    return () => {
      if (!isOut) return
      isOut = false
      total -= amount
      const left = (used.get(tenant) ?? 0) - amount
      if (left > 0) used.set(tenant, left)
      else used.delete(tenant)
      serve()
    }
  }

  /** The first of each tenant in turn; who was served goes to the end of the row. */
  function serve(): void {
    for (const [tenant, waiters] of [...waiting]) {
      const [first] = waiters
      if (!first || !fits(tenant, first.amount)) continue
      waiters.shift()
      waiting.delete(tenant)
      if (waiters.length > 0) waiting.set(tenant, waiters)
      first.begin()
    }
  }

  function leave(tenant: string, waiter: Waiter): void {
    const left = (waiting.get(tenant) ?? []).filter((one) => one !== waiter)
    if (left.length > 0) waiting.set(tenant, left)
    else waiting.delete(tenant)
  }

  return {
    taken: () => total,
    async take(tenant, wanted, signal) {
      signal.throwIfAborted()
      const amount = Math.min(wanted, each, all)
      if (!waiting.has(tenant) && fits(tenant, amount)) return give(tenant, amount)
      return new Promise((resolve, reject) => {
        const giveUp = () => {
          leave(tenant, waiter)
          reject(signal.reason)
        }
        const begin = () => {
          signal.removeEventListener('abort', giveUp)
          resolve(give(tenant, amount))
        }
        const waiter: Waiter = { amount, begin }
        waiting.set(tenant, [...(waiting.get(tenant) ?? []), waiter])
        signal.addEventListener('abort', giveUp, { once: true })
      })
    },
  }
}

/** Jobs in lanes: in order within a lane, side by side between lanes, never too many waiting. */
export interface Lanes {
  /** Tells its own failures: a rejection counts as done. */
  add(lane: string, job: () => Promise<void>): void
  flush(): Promise<void>
}

/** Of a lane in which more than `limit` jobs wait the oldest is dropped, and told. */
export function createLanes(limit: number, dropped: (lane: string) => void): Lanes {
  const waiting = new Map<string, (() => Promise<void>)[]>()
  const running = new Map<string, Promise<void>>()

  async function drain(lane: string): Promise<void> {
    for (let job = waiting.get(lane)?.shift(); job; job = waiting.get(lane)?.shift())
      await job().catch(() => undefined)
    waiting.delete(lane)
    running.delete(lane)
  }

  return {
    add(lane, job) {
      const jobs = waiting.get(lane) ?? []
      if (jobs.length >= limit) {
        jobs.shift()
        dropped(lane)
      }
      jobs.push(job)
      waiting.set(lane, jobs)
      if (!running.has(lane)) running.set(lane, drain(lane))
    },
    async flush() {
      while (running.size > 0) await Promise.all(running.values())
    },
  }
}

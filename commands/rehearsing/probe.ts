/** One question that was put now, and what came of it. */
export interface Probe {
  name: string
  kind: 'metric' | 'hook' | 'alert'
  /** `skipped`: it was not put, `why` says for what reason. */
  verdict: 'pass' | 'fail' | 'no data' | 'error' | 'skipped'
  value?: number
  unit?: string
  min?: number
  max?: number
  /** Why it did not pass. */
  why?: string
  tookMs: number
}

/** Puts it, and says how long the answer took. */
export async function timed<T>(
  clock: { monotonicMs(): number },
  put: () => Promise<T>,
): Promise<{ answer: T; tookMs: number }> {
  const begun = clock.monotonicMs()
  const answer = await put()
  return { answer, tookMs: Math.round(clock.monotonicMs() - begun) }
}

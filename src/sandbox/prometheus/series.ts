/** Time series in memory: counters sampled over time, for as long as the longest query looks. */

export type Labels = Readonly<Record<string, string>>

export interface Sample {
  /** Milliseconds since the epoch. */
  at: number
  value: number
}

export interface Series {
  name: string
  labels: Labels
  samples: Sample[]
  /** Whether `samples` has the first one: it counted from zero. */
  isWhole: boolean
}

export interface SeriesStore {
  /** Adds to a counter, without a sample yet. */
  add(name: string, labels: Labels, amount: number): void
  /** Takes a sample of every counter, and forgets what is too old. */
  sample(now: Date): void
  /** The series of one metric; none where nothing was added to it. */
  all(name: string): readonly Series[]
  /** Everything as it is, in Prometheus' exposition format; each bucket counts as a counter. */
  expose(): string
}

const keptMs = 15 * 60_000

/** An empty store; samples are kept for 15 minutes. */
export function createSeriesStore(): SeriesStore {
  const byName = new Map<string, Map<string, Series & { value: number }>>()

  return {
    add(name, labels, amount) {
      const family = byName.get(name) ?? new Map<string, Series & { value: number }>()
      byName.set(name, family)
      const key = labelsKey(labels)
      const series = family.get(key) ?? { name, labels, samples: [], isWhole: true, value: 0 }
      series.value += amount
      family.set(key, series)
    },
    sample(now) {
      const at = now.getTime()
      for (const family of byName.values())
        for (const series of family.values()) {
          const first = series.samples.findIndex((sample) => sample.at >= at - keptMs)
          if (first > 0) {
            series.samples.splice(0, first)
            series.isWhole = false
          }
          series.samples.push({ at, value: series.value })
        }
    },
    all: (name) => [...(byName.get(name)?.values() ?? [])],
    expose() {
      const lines = [...byName.entries()].flatMap(([name, family]) => [
        `# TYPE ${name} counter`,
        ...[...family.values()].map(({ labels, value }) => `${name}${braces(labels)} ${value}`),
      ])
      return lines.length === 0 ? '' : `${lines.join('\n')}\n`
    },
  }
}

/** The same text for the same labels, in whatever order they come. */
export function labelsKey(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** What a function or an operator computes is no longer the metric of that name. */
export function withoutName(labels: Labels): Labels {
  const { __name__: _, ...rest } = labels
  return rest
}

function braces(labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

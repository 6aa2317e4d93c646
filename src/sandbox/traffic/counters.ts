/** Adds up measurements, so that many requests alike touch each series once. */
import type { Labels, SeriesStore } from '../prometheus/series.ts'
import type { Measurement } from './plane.ts'

export interface Counters {
  /** Adds 1 to a counter, or a value to a histogram. */
  count(measurement: Measurement): void
  /** Writes what was counted. */
  addTo(series: SeriesStore): void
}

type CounterOf = { kind: 'counter'; name: string; labels: Labels; amount: number }
type HistogramOf = {
  kind: 'histogram'
  name: string
  labels: Labels
  bounds: readonly number[]
  values: number[]
}

/** Nothing was counted yet. */
export function createCounters(): Counters {
  const counted = new Map<string, CounterOf | HistogramOf>()
  return {
    count(measurement) {
      const { name, labels } = measurement
      // Labels of one kind are always built in one order.
      const key = `${name}${JSON.stringify(labels)}`
      const found = counted.get(key) ?? emptyOf(measurement)
      counted.set(key, found)
      if (found.kind === 'counter') found.amount += 1
      else if (measurement.kind === 'histogram') found.values.push(measurement.value)
    },
    addTo(series) {
      for (const one of counted.values()) {
        if (one.kind === 'counter') series.add(one.name, one.labels, one.amount)
        else addHistogram(series, one)
      }
    },
  }
}

function emptyOf(measurement: Measurement): CounterOf | HistogramOf {
  const { name, labels } = measurement
  return measurement.kind === 'counter'
    ? { kind: 'counter', name, labels, amount: 0 }
    : { kind: 'histogram', name, labels, bounds: measurement.bounds, values: [] }
}

/** Buckets are cumulative: each counts every value up to its bound. */
function addHistogram(series: SeriesStore, { name, labels, bounds, values }: HistogramOf): void {
  for (const bound of [...bounds, Number.POSITIVE_INFINITY]) {
    const le = bound === Number.POSITIVE_INFINITY ? '+Inf' : `${bound}`
    const within = values.filter((value) => value <= bound).length
    series.add(`${name}_bucket`, { ...labels, le }, within)
  }
  const total = values.reduce((sum, value) => sum + value, 0)
  series.add(`${name}_sum`, labels, total)
  series.add(`${name}_count`, labels, values.length)
}

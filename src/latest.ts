/** Maps that forget, so that nothing grows with time. */

/** Puts an entry behind all others; of more than `most` those go that were put longest ago. */
export function putLatest<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  map.delete(key)
  map.set(key, value)
  for (const oldest of map.keys()) {
    if (map.size <= most) break
    map.delete(oldest)
  }
}

/** Plans in the order of their times: a binary heap in an array. */

export interface Entry {
  key: string
  /** On the clock that only grows: who sets the time of day moves no plan. */
  atMs: number
}

/** Puts an entry in its place; the earliest is at index 0. */
export function push(heap: Entry[], entry: Entry): void {
  heap.push(entry)
  let at = heap.length - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (before(heap, parent, at)) break
    swap(heap, parent, at)
    at = parent
  }
}

/** Takes the earliest entry away. */
export function pop(heap: Entry[]): void {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  heap[0] = last
  let at = 0
  for (;;) {
    const left = 2 * at + 1
    if (left >= heap.length) break
    const child = left + 1 < heap.length && before(heap, left + 1, left) ? left + 1 : left
    if (before(heap, at, child)) break
    swap(heap, at, child)
    at = child
  }
}

function before(heap: readonly Entry[], a: number, b: number): boolean {
  return (heap[a]?.atMs ?? 0) <= (heap[b]?.atMs ?? 0)
}

function swap(heap: Entry[], a: number, b: number): void {
  const [x, y] = [heap[a], heap[b]]
  if (x && y) {
    heap[a] = y
    heap[b] = x
  }
}

/** What differs between two texts, line by line. Pure. */

export interface DiffLine {
  sign: ' ' | '-' | '+'
  /** Undefined where unchanged lines are left out. */
  text: string | undefined
}

/** More cells than this take seconds: then all between the first and the last change is one. */
const mostCells = 4_000_000

/** Removed and added lines, with so many unchanged ones around each change. */
export function lineDiff(before: string, after: string, around: number): DiffLine[] {
  return withContext(changed(linesOf(before), linesOf(after)), around)
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

function changed(before: readonly string[], after: readonly string[]): DiffLine[] {
  const head = commonStart(before, after)
  const tail = commonStart(before.slice(head).reverse(), after.slice(head).reverse())
  const [one, other] = [before, after].map((lines) => lines.slice(head, lines.length - tail))
  return [
    ...before.slice(0, head).map(line(' ')),
    ...middle(one ?? [], other ?? []),
    ...before.slice(before.length - tail).map(line(' ')),
  ]
}

function line(sign: DiffLine['sign']) {
  return (text: string): DiffLine => ({ sign, text })
}

function commonStart(one: readonly string[], other: readonly string[]): number {
  const at = one.findIndex((text, index) => text !== other[index])
  return at < 0 ? one.length : at
}

/** By the longest common part, whose lengths are computed from the end. */
function middle(one: readonly string[], other: readonly string[]): DiffLine[] {
  if (one.length * other.length > mostCells) return [...one.map(line('-')), ...other.map(line('+'))]
  const width = other.length + 1
  const lengths = new Uint32Array((one.length + 1) * width)
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0
  for (let i = one.length - 1; i >= 0; i--)
    for (let j = other.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        one[i] === other[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const found: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < one.length && j < other.length)
    if (one[i] === other[j]) {
      found.push({ sign: ' ', text: one[i] })
      i += 1
      j += 1
    } else if (at(i + 1, j) >= at(i, j + 1)) found.push({ sign: '-', text: one[i++] })
    else found.push({ sign: '+', text: other[j++] })
  return [...found, ...one.slice(i).map(line('-')), ...other.slice(j).map(line('+'))]
}

function withContext(lines: readonly DiffLine[], around: number): DiffLine[] {
  const isNear = lines.map(() => false)
  lines.forEach(({ sign }, at) => {
    if (sign === ' ') return
    for (let near = Math.max(0, at - around); near <= at + around; near++) isNear[near] = true
  })
  return lines.flatMap((one, at): DiffLine[] => {
    if (isNear[at]) return [one]
    return at === 0 || isNear[at - 1] ? [{ sign: ' ', text: undefined }] : []
  })
}

/**
 * Matches a regular expression as engines do that try one way after the other, and counts the
 * characters it looks at. How that grows with the text is the same on a busy machine.
 */

interface Run {
  text: string
  steps: number
}

type GoOn = (at: number) => boolean
type Part = (run: Run, at: number, goOn: GoOn) => boolean

interface Reader {
  source: string
  at: number
  flags: string
}

/** So many characters looked at are too many for any text of the tests. */
const mostSteps = 300_000

class TooMany extends Error {}

/** Characters looked at when all matches in a text are searched for; without an end: infinity. */
export function stepsOver(pattern: string, flags: string): (text: string) => number {
  const part = alternatives({ source: pattern, at: 0, flags })
  return (text) => {
    const run: Run = { text, steps: 0 }
    try {
      search(run, part, flags.includes('y'))
    } catch (error) {
      if (!(error instanceof TooMany)) throw error
      return Number.POSITIVE_INFINITY
    }
    return run.steps
  }
}

function search(run: Run, part: Part, isSticky: boolean): void {
  for (let start = 0; start <= run.text.length; ) {
    let end = -1
    const isFound = part(run, start, (at) => {
      end = at
      return true
    })
    if (!isFound && isSticky) return
    start = isFound && end > start ? end : start + 1
  }
}

function look(run: Run): void {
  run.steps += 1
  if (run.steps > mostSteps) throw new TooMany()
}

/** Up to the end of the group. */
function alternatives(reader: Reader): Part {
  const ways = [sequence(reader)]
  while (reader.source[reader.at] === '|') {
    reader.at += 1
    ways.push(sequence(reader))
  }
  return (run, at, goOn) => ways.some((way) => way(run, at, goOn))
}

function sequence(reader: Reader): Part {
  const parts: Part[] = []
  while (reader.at < reader.source.length && !'|)'.includes(reader.source[reader.at] ?? ''))
    parts.push(quantified(reader, term(reader)))
  return (run, at, goOn) => {
    const from = (index: number, position: number): boolean => {
      const part = parts[index]
      return part ? part(run, position, (next) => from(index + 1, next)) : goOn(position)
    }
    return from(0, at)
  }
}

const quantifier = /(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/y

function quantified(reader: Reader, part: Part): Part {
  quantifier.lastIndex = reader.at
  const [written, least, comma, most] = quantifier.exec(reader.source) ?? []
  if (written === undefined) return part
  reader.at += written.length
  const isLazy = written.length > 1 && written.endsWith('?')
  const min = least === undefined ? Number(written.startsWith('+')) : Number(least)
  const open = written.startsWith('?') ? 1 : Number.POSITIVE_INFINITY
  const max = least === undefined ? open : comma ? Number(most || Number.POSITIVE_INFINITY) : min
  return repeated(part, { min, max, isLazy })
}

function repeated(part: Part, of: { min: number; max: number; isLazy: boolean }): Part {
  return (run, start, goOn) => {
    const more = (at: number, count: number): boolean =>
      count < of.max && part(run, at, (next) => next !== at && from(next, count + 1))
    const from = (at: number, count: number): boolean => {
      if (count < of.min) return more(at, count)
      return of.isLazy ? goOn(at) || more(at, count) : more(at, count) || goOn(at)
    }
    return from(start, 0)
  }
}

function term(reader: Reader): Part {
  const { source, at } = reader
  if (source[at] === '(') return group(reader)
  const written = atom.exec(source.slice(at))?.[0] ?? ''
  reader.at += written.length
  if (/^\\[1-9k]/.test(written)) throw new Error(`${written} in /${source}/ can't be judged`)
  return isZeroWide(written) ? assertion(written, reader.flags) : character(written, reader.flags)
}

const atom = /^(?:\\u\{[^}]*\}|\\u[\da-fA-F]{4}|\\x..|\\[pP]\{[^}]*\}|\\.|\[(?:\\.|[^\]\\])*\]|.)/s

const isZeroWide = (written: string): boolean => ['^', '$', '\\b', '\\B'].includes(written)

function group(reader: Reader): Part {
  const kind = /^\((?:\?(?:[:=!]|<[=!]|<\w+>))?/.exec(reader.source.slice(reader.at))?.[0] ?? '('
  reader.at += kind.length
  const inner = alternatives(reader)
  reader.at += 1
  // What stands before was looked at already, once for each.
  if (kind === '(?<=' || kind === '(?<!') return unseen
  if (kind !== '(?=' && kind !== '(?!') return inner
  return (run, at, goOn) => inner(run, at, () => true) === (kind === '(?=') && goOn(at)
}

function unseen(run: Run, at: number, goOn: GoOn): boolean {
  look(run)
  return goOn(at)
}

function assertion(written: string, flags: string): Part {
  const holds = new RegExp(written, flags.includes('m') ? 'my' : 'y')
  return (run, at, goOn) => {
    look(run)
    holds.lastIndex = at
    return holds.test(run.text) && goOn(at)
  }
}

function character(written: string, flags: string): Part {
  const one = new RegExp(`^${written}$`, flags.replace(/[^isuv]/g, ''))
  const known = new Map<string, boolean>()
  return (run, at, goOn) => {
    const letter = run.text[at]
    if (letter === undefined) return false
    look(run)
    let fits = known.get(letter)
    if (fits === undefined) {
      fits = one.test(letter)
      known.set(letter, fits)
    }
    return fits && goOn(at + 1)
  }
}

/** Reads the part of the Common Expression Language that schemas of CRDs use. */

export type Node =
  | { kind: 'value'; value: unknown }
  | { kind: 'name'; name: string }
  | { kind: 'list'; items: Node[] }
  | { kind: 'field'; of: Node; name: string }
  | { kind: 'index'; of: Node; index: Node }
  | { kind: 'call'; of: Node | undefined; name: string; args: Node[] }
  | { kind: 'unary'; operator: string; of: Node }
  | { kind: 'binary'; operator: string; left: Node; right: Node }
  | { kind: 'choice'; condition: Node; yes: Node; no: Node }

interface Token {
  kind: 'number' | 'string' | 'name' | 'operator'
  text: string
}

const tokenForms =
  /\s*(?:(?<number>\d+(?:\.\d+)?)u?|(?<string>r?"(?:[^"\\]|\\.)*"|r?'(?:[^'\\]|\\.)*')|(?<name>[A-Za-z_]\w*)|(?<operator>\|\||&&|==|!=|<=|>=|[-+*/%<>!?:.,()[\]]))/y

function tokens(source: string): Token[] {
  const found: Token[] = []
  const form = new RegExp(tokenForms)
  while (source.slice(form.lastIndex).trim() !== '') {
    const at = form.lastIndex
    const groups = form.exec(source)?.groups
    if (!groups) throw new Error(`cannot read the rule at "${source.slice(at)}"`)
    for (const kind of ['number', 'string', 'name', 'operator'] as const) {
      const text = groups[kind]
      if (text !== undefined) found.push({ kind, text })
    }
  }
  return found
}

/** Binary operators, loosest first. */
const levels = [
  ['||'],
  ['&&'],
  ['==', '!=', '<', '<=', '>', '>=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
]

/** The tree of an expression; throws where it cannot be read. */
export function parseExpression(source: string): Node {
  const rest = tokens(source)
  const peek = () => rest[0]?.text
  const isNext = (text: string) => rest[0]?.kind !== 'string' && peek() === text

  function accept(text: string): boolean {
    if (!isNext(text)) return false
    rest.shift()
    return true
  }

  function expect(text: string): void {
    if (!accept(text))
      throw new Error(`expected "${text}" in the rule, found "${peek() ?? 'its end'}"`)
  }

  function choice(): Node {
    const condition = binary(0)
    if (!accept('?')) return condition
    const yes = choice()
    expect(':')
    return { kind: 'choice', condition, yes, no: choice() }
  }

  function binary(level: number): Node {
    const operators = levels[level]
    if (!operators) return unary()
    let left = binary(level + 1)
    for (let next = operators.find(isNext); next; next = operators.find(isNext)) {
      rest.shift()
      left = { kind: 'binary', operator: next, left, right: binary(level + 1) }
    }
    return left
  }

  function unary(): Node {
    for (const operator of ['!', '-'])
      if (accept(operator)) return { kind: 'unary', operator, of: unary() }
    return postfix(primary())
  }

  function postfix(of: Node): Node {
    if (accept('.')) {
      const name = rest.shift()?.text ?? ''
      if (accept('(')) return postfix({ kind: 'call', of, name, args: until(')') })
      return postfix({ kind: 'field', of, name })
    }
    if (!accept('[')) return of
    const index = choice()
    expect(']')
    return postfix({ kind: 'index', of, index })
  }

  function until(end: string): Node[] {
    const found: Node[] = []
    while (!accept(end)) {
      found.push(choice())
      if (!isNext(end)) expect(',')
    }
    return found
  }

  function primary(): Node {
    if (accept('(')) {
      const inner = choice()
      expect(')')
      return inner
    }
    if (accept('[')) return { kind: 'list', items: until(']') }
    const token = rest.shift()
    if (token?.kind === 'number') return { kind: 'value', value: Number(token.text) }
    if (token?.kind === 'string') return { kind: 'value', value: unquote(token.text) }
    if (token?.kind !== 'name') throw new Error(`unexpected "${token?.text ?? 'end'}" in the rule`)
    if (accept('(')) return { kind: 'call', of: undefined, name: token.text, args: until(')') }
    const constants: Record<string, unknown> = { true: true, false: false, null: null }
    if (token.text in constants) return { kind: 'value', value: constants[token.text] }
    return { kind: 'name', name: token.text }
  }

  const tree = choice()
  if (rest.length > 0) throw new Error(`unexpected "${peek()}" in the rule`)
  return tree
}

function unquote(text: string): string {
  if (text.startsWith('r')) return text.slice(2, -1)
  const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r' }
  return text.slice(1, -1).replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter)
}

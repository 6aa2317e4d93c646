/** Evaluates rules in the Common Expression Language. */
import { parseDuration } from '../../../canary/duration.ts'
import { isRecord, same } from '../json.ts'
import { type Node, parseExpression } from './cel-parser.ts'

type Names = Record<string, unknown>

const parsed = new Map<string, Node>()

/** The value of an expression; throws where it cannot be read or refers to what is not there. */
export function evaluate(expression: string, names: Names): unknown {
  const tree = parsed.get(expression) ?? parseExpression(expression)
  parsed.set(expression, tree)
  return evaluateNode(tree, names)
}

function evaluateNode(node: Node, names: Names): unknown {
  switch (node.kind) {
    case 'value':
      return node.value
    case 'name':
      if (!(node.name in names)) throw new Error(`undeclared reference to '${node.name}'`)
      return names[node.name]
    case 'list':
      return node.items.map((item) => evaluateNode(item, names))
    case 'field':
      return member(evaluateNode(node.of, names), node.name)
    case 'index':
      return member(evaluateNode(node.of, names), evaluateNode(node.index, names))
    case 'unary': {
      const value = evaluateNode(node.of, names)
      return node.operator === '!' ? value !== true : -Number(value)
    }
    case 'choice':
      return evaluateNode(evaluateNode(node.condition, names) === true ? node.yes : node.no, names)
    case 'binary':
      return binary(node, names)
    case 'call':
      return call(node, names)
  }
}

function member(of: unknown, key: unknown): unknown {
  const found = Array.isArray(of) ? of[Number(key)] : isRecord(of) ? of[String(key)] : undefined
  if (found === undefined) throw new Error(`no such key: ${String(key)}`)
  return found
}

function binary({ operator, left, right }: Node & { kind: 'binary' }, names: Names): unknown {
  if (operator === '||' || operator === '&&') return logical({ operator, left, right }, names)
  const a = evaluateNode(left, names)
  const b = evaluateNode(right, names)
  switch (operator) {
    case '==':
      return same(a, b)
    case '!=':
      return !same(a, b)
    case 'in':
      return Array.isArray(b) ? b.some((item) => same(item, a)) : isRecord(b) && String(a) in b
    case '+':
      if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b]
      return typeof a === 'string' ? a + String(b) : Number(a) + Number(b)
    default:
      return arithmetic(operator, a, b)
  }
}

/** One side that decides is enough, even where the other fails. */
function logical(
  { operator, left, right }: { operator: string; left: Node; right: Node },
  names: Names,
): boolean {
  const decisive = operator === '||'
  try {
    if ((evaluateNode(left, names) === true) === decisive) return decisive
  } catch (error) {
    if ((evaluateNode(right, names) === true) === decisive) return decisive
    throw error
  }
  return evaluateNode(right, names) === true
}

function arithmetic(operator: string, a: unknown, b: unknown): unknown {
  const isText = typeof a === 'string' && typeof b === 'string'
  const [left, right] = isText ? [a, b] : [Number(a), Number(b)]
  switch (operator) {
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
    case '-':
      return Number(a) - Number(b)
    case '*':
      return Number(a) * Number(b)
    case '/':
      return Math.trunc(Number(a) / Number(b))
    default:
      return Number(a) % Number(b)
  }
}

function call(node: Node & { kind: 'call' }, names: Names): unknown {
  const { of, name, args } = node
  if (!of) return globalCall(name, args, names)
  const subject = evaluateNode(of, names)
  if (['all', 'exists', 'exists_one', 'filter', 'map'].includes(name))
    return macro(name, subject, args, names)
  const [first] = args.map((arg) => evaluateNode(arg, names))
  const word = String(subject)
  switch (name) {
    case 'startsWith':
      return word.startsWith(String(first))
    case 'endsWith':
      return word.endsWith(String(first))
    case 'contains':
      return word.includes(String(first))
    case 'matches':
      return new RegExp(String(first)).test(word)
    case 'lowerAscii':
      return word.toLowerCase()
    case 'size':
      return sizeOf(subject)
    default:
      throw new Error(`undeclared reference to '${name}'`)
  }
}

function globalCall(name: string, args: Node[], names: Names): unknown {
  const [first] = args
  if (!first) throw new Error(`'${name}' needs an argument`)
  if (name === 'has') return isPresent(first, names)
  const value = evaluateNode(first, names)
  if (name === 'size') return sizeOf(value)
  if (name === 'string') return String(value)
  if (name === 'int' || name === 'uint') return Math.trunc(Number(value))
  if (name === 'double') return Number(value)
  if (name === 'duration') return millisOf(String(value))
  throw new Error(`undeclared reference to '${name}'`)
}

/** Durations are compared, and are what Go reads. */
function millisOf(text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined)
    throw new Error("type conversion error from 'string' to 'google.protobuf.Duration'")
  return ms
}

function isPresent(node: Node, names: Names): boolean {
  if (node.kind !== 'field') throw new Error('has() needs a field')
  const of = evaluateNode(node.of, names)
  return isRecord(of) && of[node.name] !== undefined
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return [...value].length
  return Array.isArray(value) ? value.length : isRecord(value) ? Object.keys(value).length : 0
}

function macro(name: string, subject: unknown, args: Node[], names: Names): unknown {
  const [variable, body] = args
  if (variable?.kind !== 'name' || !body) throw new Error(`'${name}' needs a variable and a rule`)
  // Over a map these walk its keys.
  const items = Array.isArray(subject) ? subject : isRecord(subject) ? Object.keys(subject) : []
  const run = (item: unknown) => evaluateNode(body, { ...names, [variable.name]: item })
  const passes = (item: unknown) => run(item) === true
  switch (name) {
    case 'all':
      return items.every(passes)
    case 'exists':
      return items.some(passes)
    case 'exists_one':
      return items.filter(passes).length === 1
    case 'filter':
      return items.filter(passes)
    default:
      return items.map(run)
  }
}

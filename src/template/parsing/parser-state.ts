/** Where a parser stands: its tokens, and what is in scope. */
import type { Node, Place } from './ast.ts'
import { problem, type Token } from './lex.ts'

export interface State {
  name: string
  tokens: Token[]
  at: number
  functions: ReadonlySet<string>
  /** In scope. */
  variables: string[]
  defined: Map<string, Node[]>
  /** Ranges around this place. */
  loops: number
  /** Lists of nodes around this place; templates are defined in the outermost alone. */
  depth: number
}

/** Reads a literal; throws TemplateError at its place. */
export function literal<T>(state: State, token: Token, read: (source: string) => T): T {
  try {
    return read(token.source)
  } catch (cause) {
    throw fail(state, token, cause instanceof Error ? cause.message : String(cause))
  }
}

/** Takes `}}`; throws TemplateError where something else follows. */
export function expectClose(state: State, where: string): void {
  const token = take(state)
  if (token.kind !== 'close') throw fail(state, token, `unexpected ${shown(token)} in ${where}`)
}

const lastToken: Token = { kind: 'end', source: '', joined: false, line: 1, column: 0 }

/** The next token, which stays; after the last one it is `end` again and again. */
export function peek({ tokens, at }: State): Token {
  return tokens[at] ?? tokens.at(-1) ?? lastToken
}

/** The next token, and steps over it. */
export function take(state: State): Token {
  const token = peek(state)
  state.at++
  return token
}

/** A token as error messages show it. */
export function shown({ kind, source }: Token): string {
  if (kind === 'end') return 'EOF'
  return kind === 'close' ? '"}}"' : `<${source}>`
}

/** A place, with what stands there. */
export function placeOf({ line, column }: Place, source: string): Place {
  return { line, column, source }
}

/** A TemplateError at a place. */
export function fail(state: State, at: Place, why: string) {
  return problem(state.name, at, why)
}

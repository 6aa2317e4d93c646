/** The parsed form of a template. */
import type { Float, Overflow } from '../go-values.ts'

/** Where something stands, and how it is written, for error messages. */
export interface Place {
  line: number
  /** Characters before it on its line. */
  column: number
  source: string
}

export type Operand = Place &
  (
    | { kind: 'dot' }
    | { kind: 'nil' }
    | { kind: 'literal'; value: string | bigint | Float | Overflow | boolean }
    | { kind: 'function'; name: string }
    | { kind: 'variable'; name: string }
    | { kind: 'pipe'; pipe: Pipe }
    /** Fields of another operand: `.a.b` are fields of dot. */
    | { kind: 'fields'; of: Operand; names: string[] }
  )

export interface Command extends Place {
  operands: [Operand, ...Operand[]]
}

export interface Pipe extends Place {
  /** Variables that get the value; two only in a range. */
  variables: string[]
  /** With `:=`; `=` assigns to a variable that is there already. */
  declares: boolean
  commands: [Command, ...Command[]]
}

export interface Branch {
  pipe: Pipe
  body: Node[]
  otherwise: Node[]
}

export type Node =
  | { kind: 'text'; text: string }
  | { kind: 'action'; pipe: Pipe }
  | ({ kind: 'if' | 'with' | 'range' } & Branch)
  | ({ kind: 'template'; name: string; pipe: Pipe | undefined } & Place)
  | { kind: 'break' | 'continue' }

export interface Template {
  name: string
  body: Node[]
  /** Named by `define` and `block`. */
  defined: Map<string, Node[]>
}

/**
 * Go's two kinds of numbers, where a template names one: an int is a bigint, a float64 a `Float`.
 * A plain number is one of the data, and is taken for what is asked of it.
 */

/** A float64 of a template; `1.0` is one, and no int. */
export class Float {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

/** A whole number that no int can hold. */
export class Overflow {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

/** Whether it may stand for an int: a bigint, or a plain number that is whole. */
export const isInt = (value: unknown): value is bigint | number =>
  typeof value === 'bigint' || Number.isInteger(value)

/** An int, for counting; undefined where it is none. */
export function intOf(value: unknown): number | undefined {
  return isInt(value) ? Number(value) : undefined
}

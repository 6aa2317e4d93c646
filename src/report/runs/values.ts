/** Numbers as people read them. Pure. */

/** A value with its unit, at most four significant digits; `-` for none. */
export function numberText(value: number | null, unit: string | null): string {
  if (value === null) return '-'
  const short = Number.isInteger(value) ? value : Number(value.toPrecision(4))
  return `${short}${unit && unit !== '%' ? unit : ''}`
}

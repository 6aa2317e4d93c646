/** How much a soak does: what `npm run soak` asks for, or little enough for `npm test`. */

/** The environment variable in which a size is handed over, such as `SOAK_EDITS`. */
export function variableOf(name: string): string {
  return `SOAK_${name.toUpperCase()}`
}

export function sizeOf(name: string, short: number): number {
  return Number(process.env[variableOf(name)] ?? short)
}

/** Hours, for those that are long. */
export const timeout = 6 * 3_600_000

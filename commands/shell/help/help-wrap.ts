/** Fits a help page to the terminal. Pure. */
import { wrapBehind } from '../../output/wrap.ts'

/** Long lines go on under their own text; commands, which people copy, stay whole. */
export function wrappedHelp(text: string, width: number | undefined, bin: string): string {
  if (width === undefined) return text
  return text
    .split('\n')
    .flatMap((line) => {
      if (line.length <= width || line.startsWith(`  ${bin}`)) return [line]
      const [, head = '', rest = ''] = /^( {2}\S+ {2,}| *)(.*)$/.exec(line) ?? []
      return wrapBehind(head, rest, width)
    })
    .join('\n')
}

/** An answer in the protocol of kubectl's completion, which is cobra's. Pure. */
import { clean } from '../output/clean.ts'
import type { Asked, Candidate } from './question.ts'

/** Bits behind the colon of the last line. */
export const directives = { error: 1, noSpace: 2, noFiles: 4, keepOrder: 32 } as const

/** The lines: what fits the part that is written, with what it is, and what the shell does with it. */
export function answerText(
  candidates: readonly Candidate[],
  { before, typed }: Pick<Asked, 'before' | 'typed'>,
): string {
  const fitting = candidates.filter(({ word }) => word.startsWith(typed))
  const goesOn = fitting.length > 0 && fitting.every(({ word }) => /[=/]$/.test(word))
  const lines = fitting.map(({ word, about }) => {
    const text = `${before}${clean(word)}`
    return about === undefined || about === '' ? text : `${text}\t${clean(about)}`
  })
  const directive = directives.noFiles | (goesOn ? directives.noSpace : 0)
  return `${[...lines, `:${directive}`].join('\n')}\n`
}

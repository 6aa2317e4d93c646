/**
 * Compares recordings with the reference's recordings of the same scenarios.
 * usage: node test/conformance/compare.ts REFERENCE_DIR CANDIDATE_DIR [NAME...]
 */
import { compareRecordings } from './comparison.ts'
import { readRecordings } from './recording.ts'

const shownDifferences = 12

function main([reference, candidate, ...names]: readonly string[]): number {
  if (!reference || !candidate) {
    console.error('usage: node test/conformance/compare.ts REFERENCE_DIR CANDIDATE_DIR [NAME...]')
    return 2
  }
  const candidates = new Map(readRecordings(candidate, names).map((found) => [found.name, found]))
  const wanted = readRecordings(reference, names)
  let failed = 0
  for (const want of wanted) {
    const got = candidates.get(want.name)
    const differences = got ? compareRecordings(want, got) : ['no recording']
    if (differences.length > 0) failed++
    report(want.name, differences)
  }
  console.log(`${wanted.length - failed} passed, ${failed} failed`)
  return failed > 0 || wanted.length === 0 ? 1 : 0
}

function report(name: string, differences: readonly string[]): void {
  console.log(`${differences.length > 0 ? 'DIFF' : 'same'} ${name}`)
  for (const difference of differences.slice(0, shownDifferences)) console.log(`  ${difference}`)
  const rest = differences.length - shownDifferences
  if (rest > 0) console.log(`  … ${rest} more`)
}

process.exitCode = main(process.argv.slice(2))

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
const pack = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
const page = read('docs/dependencies.md')

/** The names in the first column, or beside the tool that needs them. */
const named = page
  .split('\n')
  .flatMap((line) => {
    const [, first = '', ...rest] = line.split('|')
    const beside = /; `([^`]+)` is the parser/.exec(rest.join('|'))
    return [/`([^`]+)`/.exec(first)?.[1] ?? '', beside?.[1] ?? '']
  })
  .filter((name) => name !== '')

test('every dependency has one reason, and every reason its dependency', () => {
  const present = [
    ...Object.keys(pack.dependencies ?? {}),
    ...Object.keys(pack.devDependencies ?? {}),
  ]
  expect(named.toSorted()).toEqual(present.toSorted())
})

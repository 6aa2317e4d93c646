import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { shownNames } from '../../../src/routers/provider.ts'
import { providers } from '../../../src/routers/registry.gen.ts'

test('every provider has a page, which begins with its name', async () => {
  const text = await readFile(new URL('../../../docs/providers.md', import.meta.url), 'utf8')
  const rows = text.split('\n').filter((line) => line.startsWith('| `'))
  const withPage = rows.filter((line) => /\]\(providers\/[a-z-]+\.md\) \|$/.test(line))
  const names = withPage.map((line) => /^\| `([^`]+)`/.exec(line)?.[1])
  expect(names).toEqual(providers.flatMap(shownNames))
})

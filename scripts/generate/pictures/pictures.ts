/** The pictures of the documents, from what a terminal showed in the tests of the commands. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Generator } from '../generator.ts'
import { svg, themes } from './svg.ts'

const recorded = { status: 'kubectl canary status podinfo', list: 'kubectl canary list' }

export const pictures: Generator = async (root) => {
  const files = Object.entries(recorded).map(async ([name, command]) => {
    const output = await readFile(join(root, `test/commands/goldens/${name}-colour.txt`), 'utf8')
    return Object.entries(themes).map(([kind, theme]) => ({
      path: `docs/pictures/${name}-${kind}.svg`,
      text: svg({ command, output, theme }),
    }))
  })
  return (await Promise.all(files)).flat()
}

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { commands } from '../../../commands/look.gen.ts'

const root = path.join(import.meta.dirname, '../../..')
const words = Object.entries(commands).flatMap(([name, { aliases }]) => [name, ...aliases])

test.each(['bin/kubectl-canary.js', 'scripts/release/start.cjs'])(
  '%s starts the smaller bundle for the commands that are in it, and for no others',
  (file) => {
    const text = readFileSync(path.join(root, file), 'utf8')
    const [, list = ''] = /^const looking = \[(.*)\]$/m.exec(text) ?? []
    const named = [...list.matchAll(/'([\w-]+)'/g)].map(([, word]) => word)
    expect(named.sort()).toEqual(words.sort())
  },
)

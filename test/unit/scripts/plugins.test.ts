import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { chalkOnDemand, undiciInParts } from '../../../scripts/build/plugins.ts'

const root = path.join(import.meta.dirname, '../../..')
const load = createRequire(import.meta.url)

/** What the sources import of a package by name, types left out. */
function importedOf(name: string): string[] {
  const line = new RegExp(`^import \\{([^}]*)\\} from '${name}'`, 'gm')
  const files = ['src', 'commands', 'controller'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => path.join(root, folder, file)),
  )
  const lists = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(line)].map(([, list = '']) => list),
  )
  const names = lists.flatMap((list) => list.split(',').map((one) => one.trim()))
  return [...new Set(names.filter((one) => one !== '' && !one.startsWith('type ')))]
}

/** What a bundle has of it, as kinds of values by name. */
async function bundledOf(name: string, names: string[]): Promise<Record<string, string>> {
  const kinds = names.map((one) => `${one}: typeof given.${one}`).join()
  const { outputFiles } = await build({
    stdin: {
      contents: `import * as given from '${name}'\nmodule.exports = { ${kinds} }`,
      resolveDir: root,
    },
    write: false,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    logLevel: 'silent',
    plugins: [undiciInParts, chalkOnDemand],
  })
  const module = { exports: {} }
  new Function('module', 'require', outputFiles[0]?.text ?? '')(module, load)
  return module.exports
}

test.each(['undici', 'chalk'])(
  'the bundle has everything that the sources import of %s',
  async (name) => {
    const names = importedOf(name)
    expect(names).not.toEqual([])
    const bundled = await bundledOf(name, names)
    expect(Object.keys(bundled).filter((one) => bundled[one] === 'undefined')).toEqual([])
  },
)

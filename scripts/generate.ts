/**
 * Writes the generated files of the project. With `--check` it writes nothing and fails when one
 * of them is not what it would write.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { apiShapes } from './generate/api-shapes.ts'
import { apiTypes } from './generate/api-types.ts'
import { configuration } from './generate/configuration.ts'
import type { Generator } from './generate/generator.ts'
import { rbac } from './generate/rbac.ts'
import { readmeCommands } from './generate/readme-commands.ts'

const generators: readonly Generator[] = [apiTypes, apiShapes, rbac, configuration, readmeCommands]

const root = join(import.meta.dirname, '..')
const checkOnly = process.argv.includes('--check')

const files = (await Promise.all(generators.map((generate) => generate(root)))).flat()
const stale: string[] = []
for (const { path, text } of files) {
  const present = await readFile(join(root, path), 'utf8').catch(() => undefined)
  if (present === text) continue
  stale.push(path)
  if (!checkOnly) await writeFile(join(root, path), text)
}

for (const path of stale) console.error(checkOnly ? `${path} is out of date` : `wrote ${path}`)
if (checkOnly && stale.length > 0) {
  console.error('run `npm run generate` and commit the result')
  process.exitCode = 1
}

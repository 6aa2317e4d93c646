/**
 * Writes the generated files of the project. With `--check` it writes nothing and fails when one
 * of them is not what it would write.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { GeneratedFile } from './generate/generator.ts'
import { registries } from './generate/registries.ts'

const root = join(import.meta.dirname, '..')
const checkOnly = process.argv.includes('--check')
const stale: string[] = []

async function compare({ path, text }: GeneratedFile): Promise<void> {
  const present = await readFile(join(root, path), 'utf8').catch(() => undefined)
  if (present === text) return
  stale.push(path)
  if (checkOnly) return
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
}

// The registries first: what they name is loaded by the generators of the rest.
for (const file of await registries(root)) await compare(file)
const { commandRegistry } = await import('./generate/commands.ts')
for (const file of await commandRegistry(root)) await compare(file)
const { generators } = await import('./generate/generators.ts')
// One after the other: some read, or write another part of, what one before them wrote.
for (const generate of generators) for (const file of await generate(root)) await compare(file)

for (const path of stale) console.error(checkOnly ? `${path} is out of date` : `wrote ${path}`)
if (checkOnly && stale.length > 0) {
  console.error('run `npm run generate` and commit the result')
  process.exitCode = 1
}

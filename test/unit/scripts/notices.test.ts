import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { noticesOf, packagesIn } from '../../../scripts/build/notices.ts'

const root = path.join(import.meta.dirname, '../../..')

/** What esbuild says of a bundle with these inputs and their bytes. */
function bundleOf(inputs: Record<string, number>): Parameters<typeof packagesIn>[0] {
  const sizes = Object.entries(inputs).map(([name, bytesInOutput]) => [name, { bytesInOutput }])
  const output = { bytes: 0, imports: [], exports: [], inputs: Object.fromEntries(sizes) }
  return { outputs: { 'dist/one.cjs': output } }
}

test('the packages of a bundle are those that gave it a byte, each once', () => {
  const bundle = bundleOf({
    'src/errors.ts': 100,
    'node_modules/pino/lib/a.js': 1,
    'node_modules/pino/lib/b.js': 2,
    'node_modules/@oclif/core/lib/index.js': 3,
    'node_modules/@oclif/core/node_modules/ansis/index.js': 4,
    'late:node_modules/chalk/index.js': 5,
    'node_modules/semver/index.js': 0,
  })

  expect(packagesIn(bundle)).toEqual([
    'node_modules/@oclif/core',
    'node_modules/@oclif/core/node_modules/ansis',
    'node_modules/chalk',
    'node_modules/pino',
  ])
})

test('the notices have each package with its version and the whole of its license', async () => {
  const folders = ['node_modules/pino', 'node_modules/undici']
  const notices = await noticesOf(root, folders)

  for (const folder of folders) {
    const pack = JSON.parse(await readFile(path.join(root, folder, 'package.json'), 'utf8')) as {
      name: string
      version: string
    }
    expect(notices).toContain(`${pack.name} ${pack.version} (MIT)`)
    const license = await readFile(path.join(root, folder, 'LICENSE'), 'utf8')
    expect(notices).toContain(license.trim())
  }
})

test('a package without the text of its license is refused by its name', async () => {
  await expect(noticesOf(root, ['test/unit/scripts/without-license'])).rejects.toThrow(
    'package made-up has no text of its license (MIT)',
  )
})

test('the notices are in the package and in the image', async () => {
  const pack = await readFile(path.join(root, 'package.json'), 'utf8')
  const image = await readFile(path.join(root, 'deploy/Dockerfile'), 'utf8')

  expect((JSON.parse(pack) as { files: string[] }).files).toContain('dist')
  expect(image).toContain('/src/dist/THIRD_PARTY_NOTICES')
})

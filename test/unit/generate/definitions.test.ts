import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { definitions, withChoices } from '../../../scripts/generate/api/definitions.ts'
import { flagger } from '../../../scripts/generate/api/flagger.ts'
import { supported } from '../../../scripts/generate/docs/supported.ts'
import { supportedTables } from '../../../scripts/generate/docs/supported-tables.ts'
import { providers } from '../../../src/routers/registry.gen.ts'

const root = join(import.meta.dirname, '../../..')

const text = `# by hand
kind: { type: string, enum: [Deployment] } # on one line
provider:
  # why there are these
  enum:
    - istio
    - nginx

name: kept
`

test('a list on one line stays on its line, and all else is as it was', () => {
  expect(withChoices(text, ['kind', 'enum'], ['DaemonSet', 'Deployment'])).toBe(
    text.replace('[Deployment]', '[DaemonSet, Deployment]'),
  )
})

test('a list of lines keeps its place, and what comes after it', () => {
  const choices = ['contour', 'smi:v1alpha1']
  const changed = withChoices(text, ['provider', 'enum'], choices)

  expect(changed).toBe(text.replace('- istio\n    - nginx', '- contour\n    - smi:v1alpha1'))
  expect(parse(changed)).toMatchObject({ provider: { enum: choices }, name: 'kept' })
})

test('a field without a list is refused by its path', () => {
  expect(() => withChoices(text, ['name', 'enum'], [])).toThrow('no list of names at name.enum')
})

test('the definitions and tables are those of the folders', async () => {
  for (const generate of [definitions, supportedTables])
    for (const file of await generate(root))
      expect(await readFile(join(root, file.path), 'utf8')).toBe(file.text)
})

test('every name that the definitions of Flagger accept is accepted, here or not', () => {
  const [targets, autoscalers, providers, metrics, alerts] = supported().map(
    ({ accepted }) => accepted,
  )

  expect(targets).toEqual(expect.arrayContaining(flagger.targets.map(({ kind }) => kind)))
  expect(autoscalers).toEqual(expect.arrayContaining([...flagger.autoscalers]))
  expect(providers).toEqual(expect.arrayContaining([...flagger.providers]))
  expect(metrics).toEqual(expect.arrayContaining([...flagger.metrics]))
  expect(alerts).toEqual(expect.arrayContaining([...flagger.alerts]))
})

test('what is here is accepted, and nothing is both here and missing', () => {
  for (const { here, missing } of supported())
    expect(here.filter((name) => missing.includes(name))).toEqual([])
  // Names of which there are many have a pattern.
  const open = providers.flatMap(({ shownAs }) => shownAs ?? [])
  for (const { title, here, accepted } of supported())
    if (title !== 'Targets')
      expect(accepted).toEqual(expect.arrayContaining(here.filter((name) => !open.includes(name))))
})

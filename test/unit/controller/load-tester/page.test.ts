/** The hooks on the page of the load tester are accepted, and do what the page says. */
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { callHook } from '../../../../controller/asking/hook-call.ts'
import { systemClock } from '../../../../src/io/clock.ts'
import { createHttp } from '../../../../src/io/http-client.ts'
import { refusals } from '../../../manifests/custom-resources.ts'
import { canaryObject } from '../../../support/canary-object.ts'
import { parsedCanary } from '../../../support/parsed-canary.ts'
import { givenFolder, givenTester, token } from './support.ts'

const page = new URL('../../../../docs/load-tester.md', import.meta.url)

/** Blocks of a list stand further to the right. */
async function hooksOnThePage(): Promise<object[]> {
  const blocks = (await readFile(page, 'utf8')).matchAll(/^( *)```yaml\n([\s\S]*?)^ *```/gm)
  return [...blocks].flatMap(([, margin = '', text = '']) => {
    const { webhooks = [] } = parse(text.replaceAll(new RegExp(`^${margin}`, 'gm'), '')) as {
      webhooks?: object[]
    }
    return webhooks
  })
}

test('each is accepted, and passes with the token of its Secret', {
  timeout: 120_000,
}, async () => {
  const hooks = await hooksOnThePage()
  expect(hooks.length).toBeGreaterThanOrEqual(2)
  const analysis = { stepWeight: 10, metrics: [], webhooks: hooks }
  expect(refusals(canaryObject({ analysis }))).toEqual([])

  const folder = await givenFolder()
  await writeFile(join(folder, 'run-tests.sh'), '#!/bin/sh\necho tested\n')
  await chmod(join(folder, 'run-tests.sh'), 0o755)
  const home = process.cwd()
  process.chdir(folder)
  onTestFinished(() => process.chdir(home))
  const tester = await givenTester()
  const client = createHttp()
  onTestFinished(() => client.close())
  const secrets: string[] = []
  const caller = {
    http: (request: Parameters<typeof client>[0], signal?: AbortSignal) =>
      client({ ...request, url: tester.url }, signal),
    clock: systemClock,
    signal: new AbortController().signal,
    hookMethods: ['POST'],
    tokenIn: async (namespace: string, name: string) => {
      secrets.push(`${namespace}/${name}`)
      return token
    },
  }
  const canary = parsedCanary({ webhooks: hooks })
  for (const hook of canary.analysis.webhooks)
    expect(await callHook(hook, { canary, phase: 'Progressing' }, caller), hook.name).toMatchObject(
      {
        passed: true,
      },
    )
  expect(secrets).toEqual(['test/load-tester'])

  const stranger = { ...caller, tokenIn: async () => 'of-nobody' }
  const [, programs] = canary.analysis.webhooks
  if (!programs) throw new Error('there is no hook with a program')
  const refused = await callHook(programs, { canary, phase: 'Progressing' }, stranger)
  expect(refused).toMatchObject({ passed: false })
})

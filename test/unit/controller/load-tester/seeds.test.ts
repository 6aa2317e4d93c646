/** Every command in the hooks of the documents that users follow, from hook to load tester. */

import { once } from 'node:events'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { callHook } from '../../../../controller/asking/hook-call.ts'
import { parseCanary } from '../../../../src/canary/canary.ts'
import { systemClock } from '../../../../src/io/clock.ts'
import { createHttp } from '../../../../src/io/http-client.ts'
import { manifests } from '../../../manifests/seeds.ts'
import { loopbackCertificate, loopbackKey } from '../../../support/loopback-certificates.ts'
import { givenFolder, givenTester, token } from './support.ts'

/** Not on every machine; each writes down how it was called. */
const programs = ['artillery', 'k6', 'newman', 'pytest', 'kubectl', 'curl', 'hey', 'jq', 'sleep']
const scripts = [
  'run-tests.sh',
  'tests/payment-smoke-test.sh',
  'tests/smoke-test.sh',
  'tests/db-schema-test.sh',
]

const patience = { timeout: 30_000 }

const calls = manifests
  .filter(({ object }) => object.kind === 'Canary')
  .flatMap(({ file, object }) => {
    const { canary } = parseCanary(
      { ...object, metadata: { namespace: 'test', ...object.metadata } },
      { meshProvider: 'istio', metricsServer: 'http://prometheus:9090' },
    )
    const hooks = canary.analysis.webhooks.filter(({ metadata }) => 'cmd' in metadata)
    // All at once, on a machine that may be busy: how long they may take is not what is tested.
    return hooks.map((one) => {
      const hook = { ...one, timeoutMs: 60_000 }
      return { file, canary, hook, name: `${file} ${hook.name}` }
    })
  })

async function givenPrograms(): Promise<{ log: string }> {
  const folder = await givenFolder()
  const log = join(folder, 'calls')
  await mkdir(join(folder, 'tests'))
  for (const name of [...programs.map((one) => `bin/${one}`), ...scripts]) {
    await mkdir(join(folder, 'bin'), { recursive: true })
    const file = join(folder, name)
    const says = name === 'bin/curl' ? 'token' : '0'
    await writeFile(file, `#!/bin/sh\necho "\${0##*/} $*" >> ${log}\necho ${says}\n`)
    await chmod(file, 0o755)
  }
  const home = process.cwd()
  process.chdir(folder)
  vi.stubEnv('PATH', `${folder}/bin:${process.env.PATH}`)
  onTestFinished(() => {
    process.chdir(home)
    vi.unstubAllEnvs()
  })
  return { log }
}

/** Answers everybody, with TLS and without; the answer is what was asked. */
async function givenEverybody() {
  const asked = new Set<string>()
  const answer: RequestListener = (request, response) => {
    asked.add(`${request.headers.host}${request.url}`)
    response.end()
  }
  const plain = createServer(answer).listen(0, '127.0.0.1')
  const secure = createTlsServer({ key: loopbackKey, cert: loopbackCertificate }, answer)
  secure.listen(0, '127.0.0.1')
  await Promise.all([once(plain, 'listening'), once(secure, 'listening')])
  onTestFinished(() => {
    plain.close()
    secure.close()
  })
  const to = ({ protocol }: URL) => {
    const { port } = (protocol === 'https:' ? secure : plain).address() as AddressInfo
    return { host: '127.0.0.1', port }
  }
  return { to, asked }
}

test('each passes, and what it names was run or loaded', { timeout: 120_000 }, async () => {
  const { log } = await givenPrograms()
  const { to, asked } = await givenEverybody()
  const tester = await givenTester(['-max-tasks=50'], { to })
  const client = createHttp()
  onTestFinished(() => client.close())
  const signal = new AbortController().signal
  const results = await Promise.all(
    calls.map(async ({ canary, hook, name }) => {
      const { passed, why } = await callHook(
        hook,
        { canary, phase: 'Progressing' },
        {
          http: (request, given) =>
            client(
              {
                ...request,
                url: tester.url,
                headers: { ...request.headers, authorization: `Bearer ${token}` },
              },
              given,
            ),
          clock: systemClock,
          hookMethods: ['POST'],
          signal,
        },
      )
      return passed ? name : `${name}: ${why}`
    }),
  )
  expect(results.length).toBeGreaterThan(15)
  expect(results).toEqual(calls.map(({ name }) => name))
  await vi.waitFor(
    () =>
      expect([...asked].sort()).toEqual([
        'api.example.com/v1/payments',
        'app.example.com/',
        'myapp-canary:8080/',
        'myapp-canary:8080/health',
        'podinfo-canary.test:9898/',
        'podinfo.test:9898/',
      ]),
    patience,
  )
  await vi.waitFor(async () => {
    const lines = await readFile(log, 'utf8')
    for (const line of [
      'artillery run --target http://myapp-canary:8080 --output report.json /tests/load-test.yml',
      'k6 run --vus 100 --duration 2m --env ENDPOINT=http://myapp-canary:8080 /tests/performance.js',
      'newman run --environment canary-env.json --reporters cli,json',
      'curl -sd test http://myapp-canary:9898/token',
      'pytest /tests/integration --base-url=http://myapp-canary:8080',
      'payment-smoke-test.sh https://payment-api-canary:8080',
      'run-tests.sh http://myapp-canary:8080',
    ])
      expect(lines).toContain(line)
  }, patience)
})

import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cacheFolder } from '../../cluster/control-plane/cache.ts'
import { kubernetesVersion, supportedVersions } from '../../cluster/control-plane/versions.ts'

test('takes the newest version by default, and any other by its minor or full version', () => {
  const oldest = supportedVersions[0] ?? ''

  expect(kubernetesVersion(undefined).minor).toBe(supportedVersions.at(-1))
  expect(kubernetesVersion(oldest).full).toMatch(`v${oldest}.`)
  expect(kubernetesVersion(kubernetesVersion(oldest).full).minor).toBe(oldest)
})

test('names the versions there are when another one is wanted', () => {
  expect(() => kubernetesVersion('1.2')).toThrow(
    `KUBERNETES_VERSION=1.2 is not one of ${supportedVersions.join(', ')}`,
  )
})

test('the cache folder follows the environment and the content of the files', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'kubectl-canary-cache-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = path.join(folder, 'go.mod')
  writeFileSync(file, 'one')
  const first = cacheFolder('v1', [file], { XDG_CACHE_HOME: '/xdg' })
  const own = cacheFolder('v1', [file], { XDG_CACHE_HOME: '/xdg', KUBECTL_CANARY_CACHE: '/own' })
  writeFileSync(file, 'two')

  expect(first).toMatch(/^\/xdg\/kubectl-canary\/v1-[0-9a-f]{12}$/)
  expect(own).toBe(first.replace('/xdg', '/own'))
  expect(cacheFolder('v1', [file], { XDG_CACHE_HOME: '/xdg' })).not.toBe(first)
})

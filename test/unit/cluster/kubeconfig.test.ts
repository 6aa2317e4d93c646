import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readKubeconfig, writeKubeconfig } from '../../cluster/control-plane/kubeconfig.ts'

async function file(text?: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kubectl-canary-kubeconfig-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const name = path.join(folder, 'config')
  if (text !== undefined) await writeFile(name, text)
  return name
}

test('reads what it wrote', async () => {
  const access = { server: 'https://127.0.0.1:1', ca: 'pem', token: 'secret' }
  const written = await writeKubeconfig(await file(), access)

  expect(await readKubeconfig(written)).toEqual(access)
  expect((await stat(written)).mode & 0o077).toBe(0)
})

test('reads http without a user, and certificates that are not checked', async () => {
  const written = await writeKubeconfig(await file(), { server: 'http://127.0.0.1:1' })
  const unchecked = await file(
    `current-context: a
contexts: [{name: a, context: {cluster: b, user: c}}]
clusters: [{name: b, cluster: {server: "https://127.0.0.1:1/", insecure-skip-tls-verify: true}}]`,
  )

  expect(await readKubeconfig(written)).toEqual({ server: 'http://127.0.0.1:1' })
  expect(await readKubeconfig(unchecked)).toEqual({
    server: 'https://127.0.0.1:1',
    insecure: true,
  })
})

test('says what is wrong with a kubeconfig that leads nowhere', async () => {
  const nowhere = await file('contexts: []\nclusters: []\n')

  await expect(readKubeconfig(nowhere)).rejects.toThrow(/no server in its current context/)
})

import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { type Image, writeLayout } from '../../../../scripts/image/layout.ts'
import { tar } from '../../../../scripts/image/tar.ts'

const entry = { path: 'flagger', kind: 'file', data: Buffer.from('x'), mode: 0o755 } as const
const image: Image = { architecture: 'arm64', version: '1.2.3', revision: 'abc', layers: [[entry]] }

async function written() {
  const folder = await mkdtemp(join(tmpdir(), 'kubectl-canary-layout-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeLayout(folder, [{ ...image, architecture: 'amd64' }, image])
  const blob = (digest: string) => readFile(join(folder, 'blobs/sha256', digest.slice(7)))
  const json = async (digest: string) => JSON.parse(String(await blob(digest)))
  return { blob, json, index: JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) }
}

test('an index leads to a manifest for each architecture, and that to layers by their content', async () => {
  const { blob, json, index } = await written()
  const [, arm] = index.manifests

  expect(arm.platform).toEqual({ architecture: 'arm64', os: 'linux' })
  const manifest = await json(arm.digest)
  const [layer] = manifest.layers
  const data = await blob(layer.digest)
  expect(`sha256:${createHash('sha256').update(data).digest('hex')}`).toBe(layer.digest)
  expect(data).toHaveLength(layer.size)
  expect(gunzipSync(data).equals(tar([entry]))).toBe(true)
  const { rootfs } = await json(manifest.config.digest)
  const inside = createHash('sha256').update(gunzipSync(data)).digest('hex')
  expect(rootfs).toEqual({ type: 'layers', diff_ids: [`sha256:${inside}`] })
})

test('the image starts ./flagger in / as nobody', async () => {
  const { json, index } = await written()
  const { config } = await json((await json(index.manifests[0].digest)).config.digest)

  expect(config).toMatchObject({
    User: '65534:65534',
    WorkingDir: '/',
    Entrypoint: ['./flagger'],
    Labels: { 'org.opencontainers.image.revision': 'abc' },
  })
})

/** The notices of the packages that a bundle holds: their licenses ask for them wherever it goes. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'

/** What a bundle holds, as esbuild says: for each output what it took from each input. */
export type Contents = Pick<Metafile, 'outputs'>

/** Folders of the packages that gave a bundle at least a byte, from the root of the project. */
export function packagesIn({ outputs }: Contents): string[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs))
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(
      ([path]) => /^(?:[\w-]+:)?(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
    )
  return [...new Set(folders)].sort()
}

/**
 * The text of `THIRD_PARTY_NOTICES`: each package with its version and its license, a license that
 * several share once. Throws where a package has no license text of its own.
 */
export async function noticesOf(root: string, folders: readonly string[]): Promise<string> {
  const byText = new Map<string, string[]>()
  for (const folder of folders) {
    const { title, text } = await noticeOf(join(root, folder))
    byText.set(text, [...new Set([...(byText.get(text) ?? []), title])])
  }
  const parts = [...byText].map(([text, titles]) => `${titles.join('\n')}\n\n${text}`)
  return [head, ...parts].join(`\n\n${'-'.repeat(80)}\n\n`).concat('\n')
}

const head =
  'Parts of the packages below are in the bundles of kubectl-canary, under these licenses.'

async function noticeOf(folder: string): Promise<{ title: string; text: string }> {
  const pack: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  const { name, version, license } = pack as Record<'name' | 'version' | 'license', string>
  const files = (await readdir(folder)).filter((file) =>
    /^(licen[cs]e|copying|notice)\b/i.test(file),
  )
  if (!files.some((file) => !/^notice/i.test(file)))
    throw new Error(`package ${name} has no text of its license (${license}): leave it out`)
  const texts = await Promise.all(files.sort().map((file) => readFile(join(folder, file), 'utf8')))
  const text = texts.map((one) => one.replaceAll('\r\n', '\n').trim()).join('\n\n')
  return { title: `${name} ${version} (${license})`, text }
}

/**
 * The texts of manifests, by the folder that they are in. The build puts them beside the bundle, in
 * `manifests.cjs`, and the bundle takes that in place of this file.
 */
import { readdir, readFile } from 'node:fs/promises'

/** From the root of the project, such as `deploy/base`. */
export async function manifestTexts(folder: string): Promise<string[]> {
  const at = new URL(`../../${folder}/`, import.meta.url)
  const names = (await readdir(at)).filter((name) => name.endsWith('.yaml')).sort()
  return Promise.all(names.map((name) => readFile(new URL(name, at), 'utf8')))
}

/** Pages about installing, and what stands in them to be run. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'

/** Of `docs`, such as `install/helm.md`. */
export const page = (name: string): Promise<string> =>
  readFile(path.join(import.meta.dirname, '../../docs', name), 'utf8')

/** The blocks of one language in a page, such as `sh`; those of a list without its margin. */
export function blocks(text: string, language: string): string[] {
  const block = new RegExp(`^( *)\`\`\`${language}\n([^]*?)^\\1\`\`\`$`, 'gm')
  return [...text.matchAll(block)].map(([, margin = '', content = '']) =>
    content.replaceAll(new RegExp(`^${margin}`, 'gm'), ''),
  )
}

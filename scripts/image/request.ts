/** What a command line asks an image to be. */
import { type Architecture, architectures } from './layout.ts'

export interface ImageRequest {
  folder: string
  architectures: readonly Architecture[]
  /** With a shell. */
  debug: boolean
}

/** Reads `FOLDER [amd64] [arm64] [debug]`. Throws an Error, in one sentence, for anything else. */
export function imageRequest([folder, ...words]: readonly string[]): ImageRequest {
  const usage = 'usage: node scripts/image.ts FOLDER [amd64] [arm64] [debug]'
  if (folder === undefined || folder.startsWith('-')) throw new Error(usage)
  const wanted = architectures.filter((name) => words.includes(name))
  const other = words.find((word) => word !== 'debug' && !wanted.some((name) => name === word))
  if (other !== undefined)
    throw new Error(`no image can be made for ${other}: name ${architectures.join(' or ')}`)
  return {
    folder,
    architectures: wanted.length > 0 ? wanted : ['amd64'],
    debug: words.includes('debug'),
  }
}

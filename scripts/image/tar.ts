/** Tar archives that are the same whenever and wherever they are made. */
import { basename, dirname } from 'node:path'

/** A file, a folder or a link of a file system, owned by root. */
export type Entry =
  | { path: string; kind: 'file'; data: Buffer; mode: number }
  | { path: string; kind: 'folder'; mode: number }
  | { path: string; kind: 'link'; target: string }

const blockSize = 512
const types = { file: '0', link: '2', folder: '5' } as const

/** An archive of these entries, sorted, each after the folders that it is in. */
export function tar(entries: readonly Entry[]): Buffer {
  const all = new Map<string, Entry>()
  for (const entry of entries) {
    for (let at = dirname(entry.path); at !== '.' && at !== '/'; at = dirname(at))
      if (!all.has(at)) all.set(at, { path: at, kind: 'folder', mode: 0o755 })
    all.set(entry.path, entry)
  }
  const sorted = [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  return Buffer.concat([...sorted.flatMap(blocks), Buffer.alloc(2 * blockSize)])
}

function blocks(entry: Entry): Buffer[] {
  const data = entry.kind === 'file' ? entry.data : Buffer.alloc(0)
  const rest = (blockSize - (data.length % blockSize)) % blockSize
  return [header(entry, data.length), data, Buffer.alloc(rest)]
}

/** As POSIX.1-1988 (ustar) has it; every time is the start of 1970. */
function header(entry: Entry, size: number): Buffer {
  const block = Buffer.alloc(blockSize)
  const path = entry.kind === 'folder' ? `${entry.path}/` : entry.path
  const [prefix, name] = path.length > 100 ? [dirname(path), basename(path)] : ['', path]
  if (name.length > 100 || prefix.length > 155) throw new Error(`${path} is too long for tar`)
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1')
  block.write(name, 0, 'utf8')
  octal(entry.kind === 'link' ? 0o777 : entry.mode, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(0, 136, 12)
  block.write(' '.repeat(8), 148, 'latin1')
  block.write(types[entry.kind], 156, 'latin1')
  if (entry.kind === 'link') block.write(entry.target, 157, 'utf8')
  block.write('ustar\x0000', 257, 'latin1')
  block.write(prefix, 345, 'utf8')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

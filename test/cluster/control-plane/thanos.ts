import path from 'node:path'
import { buildTool } from './tool.ts'

/** Without the tag its program builds, and ends at the first answer: it reads labels as they are there. */
const thanos = {
  name: 'thanos',
  module: 'github.com/thanos-io/thanos',
  programs: { thanos: 'github.com/thanos-io/thanos/cmd/thanos' },
  tags: 'slicelabels',
}

/** The file of Thanos' program, built where the cache does not have it. Rejects as `buildTool`. */
export async function buildThanos(log: (line: string) => void): Promise<string> {
  return path.join(await buildTool(thanos, log), 'thanos')
}

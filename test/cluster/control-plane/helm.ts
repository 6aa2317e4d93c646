import path from 'node:path'
import { buildTool } from './tool.ts'

const helm = {
  name: 'helm',
  module: 'helm.sh/helm/v4',
  programs: { helm: 'helm.sh/helm/v4/cmd/helm' },
}

/** The file of Helm's program, built where the cache does not have it. Rejects as `buildTool`. */
export async function buildHelm(log: (line: string) => void): Promise<string> {
  return path.join(await buildTool(helm, log), 'helm')
}

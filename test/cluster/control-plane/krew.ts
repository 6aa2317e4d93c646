import { buildTool } from './tool.ts'

const krew = {
  name: 'krew',
  module: 'sigs.k8s.io/krew',
  programs: {
    krew: 'sigs.k8s.io/krew/cmd/krew',
    'validate-krew-manifest': 'sigs.k8s.io/krew/cmd/validate-krew-manifest',
  },
}

/** The folder of krew and of what checks manifests for its index. Rejects as `buildTool`. */
export function buildKrew(log: (line: string) => void): Promise<string> {
  return buildTool(krew, log)
}

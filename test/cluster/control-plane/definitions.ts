import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from './cache.ts'
import { makeOnce } from './cached.ts'
import { buildTool } from './tool.ts'
import { modulesFolder, requiredVersion } from './versions.ts'

const generator = {
  name: 'definitions',
  module: 'sigs.k8s.io/controller-tools',
  programs: { 'controller-gen': 'sigs.k8s.io/controller-tools/cmd/controller-gen' },
}

/**
 * Where the modules of projects have no definitions, but the types that these are made of. Flux is
 * of version 2.6: the last one that serves the versions in guides beside those of today.
 */
const packages = [
  'github.com/fluxcd/helm-controller/api/...',
  'github.com/fluxcd/image-automation-controller/api/...',
  'github.com/fluxcd/image-reflector-controller/api/...',
  'github.com/fluxcd/kustomize-controller/api/...',
  'github.com/fluxcd/source-controller/api/...',
  'github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1',
]

/**
 * The folder of the definitions of Flux and of the Prometheus operator, made by the tool that these
 * projects make them with. Rejects as `buildTool`.
 */
export async function makeDefinitions(log: (line: string) => void): Promise<string> {
  const tool = await buildTool(generator, log)
  const folder = path.join(modulesFolder, generator.name)
  const sources = [path.join(folder, 'go.mod'), path.join(folder, 'go.sum'), import.meta.filename]
  const version = requiredVersion(folder, generator.module)
  return makeOnce(
    cacheFolder(`made-definitions-${version}`, sources),
    async (unfinished) => {
      log('making the definitions of Flux and of the Prometheus operator ...')
      const paths = packages.map((name) => `paths=${name}`)
      const output = `output:crd:artifacts:config=${unfinished}`
      const args = ['crd:maxDescLen=0', ...paths, output]
      await promisify(execFile)(path.join(tool, 'controller-gen'), args, { cwd: folder })
    },
    (owner) => log(`waiting for process ${owner}, which makes definitions ...`),
  )
}

import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { cacheFolder } from './cache.ts'
import { goBuild, requiredModuleFolder, requireGo } from './go.ts'
import { withLock } from './lock.ts'
import { type KubernetesVersion, kubernetesVersion, modulesFolder } from './versions.ts'

/** The programs of one version, built. */
export interface Programs {
  version: KubernetesVersion
  /** The file of a program: kube-apiserver, kube-controller-manager, kubectl, etcd, kwok ... */
  file(program: string): string
  /** The YAML file of kwok's stages: how nodes and pods come to life. */
  stages: string
}

const stageFolders = ['node/fast', 'node/heartbeat', 'pod/fast']

/**
 * Builds the control plane's programs where the cache does not have them: 6 to 8 minutes on two
 * cores, once for each version. `log` gets a line of progress now and then. Rejects with
 * GoMissingError where something has to be built and the machine has no Go.
 */
export async function buildPrograms(
  log: (line: string) => void,
  wanted = process.env.KUBERNETES_VERSION,
): Promise<Programs> {
  const version = kubernetesVersion(wanted)
  const folder = cacheFolder(version.full, sources(version))
  const programs: Programs = {
    version,
    file: (program) => path.join(folder, program),
    stages: path.join(folder, 'stages.yaml'),
  }
  if (existsSync(folder)) return programs
  await requireGo()
  await mkdir(path.dirname(folder), { recursive: true })
  await withLock(
    `${folder}.lock`,
    () => buildInto(folder, version, log),
    (owner) => log(`waiting for process ${owner}, which builds Kubernetes ${version.full} ...`),
  )
  return programs
}

/** What the programs are made from; another content of one of these files is another cache. */
function sources(version: KubernetesVersion): string[] {
  const modules = [
    version.folder,
    path.join(modulesFolder, 'etcd'),
    path.join(modulesFolder, 'kwok'),
  ]
  const files = modules.flatMap((folder) => ['go.mod', 'go.sum'].map((f) => path.join(folder, f)))
  return [...files, import.meta.filename]
}

/** Builds beside the cache and renames, so that a folder with the final name is always complete. */
async function buildInto(
  folder: string,
  version: KubernetesVersion,
  log: (line: string) => void,
): Promise<void> {
  if (existsSync(folder)) return
  const unfinished = `${folder}.building-${process.pid}`
  try {
    await mkdir(unfinished)
    for (const step of buildSteps(version)) {
      const started = performance.now()
      log(`building ${step.program} ...`)
      await goBuild({ ...step, to: path.join(unfinished, step.program) })
      log(`built ${step.program} in ${Math.round((performance.now() - started) / 1000)} s`)
    }
    await writeFile(path.join(unfinished, 'stages.yaml'), await stages())
    await rename(unfinished, folder)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

function buildSteps(version: KubernetesVersion) {
  const [major, minor] = version.minor.split('.')
  const set = (name: string, value?: string) => `-X k8s.io/component-base/version.${name}=${value}`
  const linkerFlags = [
    set('gitVersion', version.full),
    set('gitMajor', major),
    set('gitMinor', minor),
    set('gitTreeState', 'clean'),
  ].join(' ')
  const kubernetes = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl']
  return [
    ...kubernetes.map((program) => ({
      program,
      package: `k8s.io/kubernetes/cmd/${program}`,
      folder: version.folder,
      linkerFlags,
    })),
    {
      program: 'etcd',
      package: 'go.etcd.io/etcd/server/v3',
      folder: path.join(modulesFolder, 'etcd'),
      linkerFlags: '',
    },
    {
      program: 'kwok',
      package: 'sigs.k8s.io/kwok/cmd/kwok',
      folder: path.join(modulesFolder, 'kwok'),
      linkerFlags: '',
    },
  ]
}

/** The stage files of kwok's module, as one YAML stream. */
async function stages(): Promise<string> {
  const module = await requiredModuleFolder('sigs.k8s.io/kwok', path.join(modulesFolder, 'kwok'))
  const documents: string[] = []
  for (const name of stageFolders) {
    const folder = path.join(module, 'kustomize/stage', name)
    const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort()
    for (const file of files.filter((file) => !file.startsWith('kustomization')))
      documents.push(await readFile(path.join(folder, file), 'utf8'))
  }
  return documents.join('\n---\n')
}

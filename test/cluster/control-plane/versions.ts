import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** Each folder holds the go.mod and go.sum of one thing to build. */
export const modulesFolder = path.join(import.meta.dirname, 'modules')

const prefix = 'kubernetes-'

/** The Kubernetes versions that can be built, oldest first: `1.34`, `1.36`. */
export const supportedVersions: readonly string[] = readdirSync(modulesFolder)
  .filter((name) => name.startsWith(prefix))
  .map((name) => name.slice(prefix.length))
  .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))

export interface KubernetesVersion {
  /** Such as `1.36`. */
  minor: string
  /** Such as `v1.36.3`, as required by the go.mod. */
  full: string
  /** The folder of the go.mod. */
  folder: string
}

/**
 * The Kubernetes version to run: `wanted`, as `1.36` or `v1.36.3`, or else the newest one. Throws
 * for a version that has no go.mod here, naming those that have.
 */
export function kubernetesVersion(wanted: string | undefined): KubernetesVersion {
  const minor = wanted ? /^v?(\d+\.\d+)/.exec(wanted)?.[1] : supportedVersions.at(-1)
  if (minor === undefined || !supportedVersions.includes(minor))
    throw new Error(
      `KUBERNETES_VERSION=${wanted} is not one of ${supportedVersions.join(', ')}: ` +
        `set one of these, or add ${modulesFolder}/${prefix}${wanted}/go.mod`,
    )
  const folder = path.join(modulesFolder, prefix + minor)
  return { minor, full: requiredVersion(folder, 'k8s.io/kubernetes'), folder }
}

/** The version of a module that the go.mod in `folder` requires. */
export function requiredVersion(folder: string, module: string): string {
  const text = readFileSync(path.join(folder, 'go.mod'), 'utf8')
  const line = new RegExp(`^\\s*(?:require )?${module.replaceAll('.', '\\.')} (v\\S+)`, 'm')
  const version = line.exec(text)?.[1]
  if (version === undefined) throw new Error(`${folder}/go.mod does not require ${module}`)
  return version
}

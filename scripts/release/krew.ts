/** The manifest by which krew installs the plugin. */
import { archiveName, programName, type Target } from './targets.ts'

export interface Asset {
  target: Target
  /** Of the archive, in lower-case hexadecimal digits: krew refuses others. */
  sha256: string
}

/** The text of `canary.yaml`; `repository` is an address such as https://github.com/OWNER/NAME. */
export function krewManifest(of: {
  version: string
  repository: string
  assets: readonly Asset[]
}): string {
  const { version, repository, assets } = of
  const platforms = assets.map(({ target, sha256 }) => {
    const { os, arch } = target
    const uri = `${repository}/releases/download/v${version}/${archiveName(target, version)}`
    // In quotes: only digits would be a number.
    return `    - selector:
        matchLabels:
          os: ${os}
          arch: ${arch}
      uri: ${uri}
      sha256: "${sha256}"
      bin: ${programName(target)}
`
  })
  return `apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata:
  name: canary
spec:
  version: v${version}
  homepage: ${repository}
  shortDescription: Drive progressive delivery of Flagger canaries
  description: |
    Shows the state of canary releases (flagger.app Canary objects) with traffic,
    checks and time left, and lets people promote, pause, abort, skip or reset
    them. Also explains why a release is stuck and checks manifests offline.
  caveats: |
    * Needs the Canary CRD; promote, abort and the like need canary-controller
      or, with limits, Flagger: kubectl canary check
    * Shell completion: kubectl canary completion --install
    * Linux builds need glibc; on musl systems install it with npm.
  platforms:
${platforms.join('')}`
}

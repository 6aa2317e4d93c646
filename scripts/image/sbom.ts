/** A bill of materials, as CycloneDX has it. */
import type { DebianPackage } from './debian.ts'

export interface Materials {
  /** What they are the materials of. */
  subject: { type: 'container' | 'application'; name: string }
  version: string
  node: string
  packages: readonly DebianPackage[]
  /** The text of THIRD_PARTY_NOTICES: what the bundle holds. */
  notices: string
}

/** Node, packages of Debian, and packages of npm in the bundle; the same for the same image. */
export function sbom({ subject, version, node, packages, notices }: Materials): object {
  const bundled = [...notices.matchAll(/^((?:@[\w.-]+\/)?[\w.-]+) (\d+\.\d+\.\d\S*) \((.+)\)$/gm)]
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: { ...subject, version },
    },
    components: [
      component({ name: 'node', version: node, purl: `pkg:npm/node@${node}`, license: 'MIT' }),
      ...packages.map(({ name, version }) =>
        component({ name, version, purl: `pkg:deb/debian/${encoded(name)}@${encoded(version)}` }),
      ),
      ...bundled.map(([, name = '', version = '', license = '']) =>
        component({ name, version, purl: `pkg:npm/${encoded(name)}@${version}`, license }),
      ),
    ],
  }
}

function component(of: { name: string; version: string; purl: string; license?: string }): object {
  const { name, version, purl, license } = of
  const licenses = license ? { licenses: [{ license: { name: license } }] } : {}
  return { type: 'library', name, version, purl, 'bom-ref': purl, ...licenses }
}

function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/')
}

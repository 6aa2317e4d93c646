import { expect, test } from 'vitest'
import { sbom } from '../../../../scripts/image/sbom.ts'

test('the bill names Node, the libraries, and every package in the bundle', () => {
  const bill = sbom({
    subject: { type: 'container', name: 'controller' },
    version: '1.0.0',
    node: '26.10.0',
    packages: [{ name: 'libstdc++6', version: '12.2.0-14+deb12u1', folder: '' }],
    notices:
      'Parts of the packages below.\n\n@oclif/core 5.1.9 (MIT)\nundici 8.12.4 (MIT)\n\nText 1\n',
  })

  expect(bill).toMatchObject({
    bomFormat: 'CycloneDX',
    components: [
      { purl: 'pkg:npm/node@26.10.0' },
      { purl: 'pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1' },
      { purl: 'pkg:npm/%40oclif/core@5.1.9', licenses: [{ license: { name: 'MIT' } }] },
      { purl: 'pkg:npm/undici@8.12.4' },
    ],
  })
})

/**
 * Bundles plugin, controller, load tester and what rehearsals play into dist/, one file each that
 * bin/ loads, so that they start without reading hundreds of files, and writes the notices of the packages that they hold beside
 * them. `node scripts/build.ts FOLDER NAME` makes one of them elsewhere.
 */
import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { manifestTexts } from '../commands/installing/manifest-files.ts'
import pack from '../package.json' with { type: 'json' }
import { noticesOf, packagesIn } from './build/notices.ts'
import {
  chalkOnDemand,
  clientLibrary,
  libraryApart,
  lookAlone,
  manifestsApart,
  oclifOnDemand,
  undiciApart,
  undiciInParts,
  widthsAsOurs,
  withoutDiscovery,
  withoutSideEffects,
  yamlApart,
} from './build/plugins.ts'
import { revisionOf } from './build/revision.ts'

const root = new URL('../', import.meta.url).pathname
const revision = revisionOf(root)
const [outdir = `${root}dist`, only] = process.argv.slice(2)

/** Files that others read when they need them. */
const shared = ['kubernetes-login', 'undici', 'yaml']
const ofPlugin = ['kubectl-canary', 'kubectl-canary-look', 'rehearsal']
const entries = Object.entries({
  'kubectl-canary': 'commands/main.ts',
  'kubectl-canary-look': 'commands/main.ts',
  'canary-controller': 'controller/main.ts',
  'canary-load-tester': 'controller/load-tester/main.ts',
  rehearsal: 'controller/rehearsal/rehearse.ts',
  'kubernetes-login': clientLibrary,
  undici: 'undici',
  yaml: 'yaml',
}).filter(([name]) => shared.includes(name) || name.startsWith(only ?? ''))

if (!only) await rm(outdir, { recursive: true, force: true })
const packages = new Set<string>()
for (const [name, source] of entries) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { [name]: source },
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    // One file starts faster than many: what a command does not need is never evaluated all the same.
    format: 'cjs',
    platform: 'node',
    target: 'node22.19',
    minify: true,
    // Setting the names takes the plugin 4 ms; in the controller's log they are worth it.
    keepNames: !name.startsWith('kubectl-canary'),
    legalComments: 'none',
    // Where nobody asks, node:url need not be loaded for it: 1 ms.
    banner: {
      js: `const bundleUrl = { toString: () => require('node:url').pathToFileURL(__filename).href }`,
    },
    // An import of a built-in module would start the loader of ES modules; a require does not.
    supported: { 'dynamic-import': false },
    define: {
      'process.env.NODE_ENV': '"production"',
      'import.meta.url': 'bundleUrl',
      CANARY_VERSION: JSON.stringify(pack.version),
      CANARY_REVISION: JSON.stringify(revision),
    },
    plugins: [
      libraryApart,
      manifestsApart,
      withoutSideEffects,
      ...(name === 'kubectl-canary-look' ? [lookAlone] : []),
      ...(ofPlugin.includes(name) ? [undiciApart, yamlApart] : []),
      undiciInParts,
      chalkOnDemand,
      widthsAsOurs,
      withoutDiscovery,
      oclifOnDemand,
    ],
    logLevel: 'warning',
    write: false,
    metafile: true,
  })
  for (const folder of packagesIn(metafile)) packages.add(folder)
  for (const { path, text } of outputFiles) {
    const ascii = text.replaceAll(/\\?([\u0080-\uffff])/g, escaped)
    // The plugin's launcher knows by it which compiled code belongs to the bundle.
    const hash = createHash('sha256').update(ascii).digest('hex')
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, `${ascii}//${hash}\n`)
    process.stdout.write(`${name}.cjs: ${Math.round(ascii.length / 1024)} KiB\n`)
  }
}

const folders = ['crds', 'deploy/base', 'deploy/cluster', 'deploy/namespaced']
const manifests = await Promise.all(
  folders.map(async (folder) => [folder, await manifestTexts(folder)] as const),
)
await writeFile(
  join(outdir, 'manifests.cjs'),
  `const texts = ${JSON.stringify(Object.fromEntries(manifests))}\nexports.manifestTexts = async (folder) => texts[folder]\n`,
)
await writeFile(join(outdir, 'THIRD_PARTY_NOTICES'), await noticesOf(root, [...packages].sort()))

/** esbuild leaves other characters in regular expressions; for a single one V8 takes twice the room. */
function escaped(_: string, unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/**
 * Bundles plugin and controller into dist/, one file each that bin/ loads, so that they start
 * without reading hundreds of files. `node scripts/build.ts FOLDER NAME` makes one of them elsewhere.
 */
import { rm } from 'node:fs/promises'
import { build } from 'esbuild'
import {
  chalkOnDemand,
  clientLibrary,
  libraryApart,
  oclifOnDemand,
  undiciInParts,
  widthsAsOurs,
  withoutDiscovery,
  withoutSideEffects,
} from './build/plugins.ts'
import { revisionOf } from './build/revision.ts'

const root = new URL('../', import.meta.url).pathname
const revision = revisionOf(root)
const [outdir = `${root}dist`, only] = process.argv.slice(2)

const shared = 'kubernetes-login'
const entries = Object.entries({
  'kubectl-canary': 'commands/main.ts',
  'kubectl-canary-controller': 'controller/main.ts',
  [shared]: clientLibrary,
}).filter(([name]) => name === shared || (only ?? name) === name)

if (!only) await rm(outdir, { recursive: true, force: true })
for (const [name, source] of entries) {
  const { metafile } = await build({
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
    keepNames: name !== 'kubectl-canary',
    legalComments: 'none',
    banner: { js: `const bundleUrl = require('node:url').pathToFileURL(__filename).href` },
    // An import of a built-in module would start the loader of ES modules; a require does not.
    supported: { 'dynamic-import': false },
    define: {
      'process.env.NODE_ENV': '"production"',
      'import.meta.url': 'bundleUrl',
      CANARY_REVISION: JSON.stringify(revision),
    },
    plugins: [
      libraryApart,
      withoutSideEffects,
      undiciInParts,
      chalkOnDemand,
      widthsAsOurs,
      withoutDiscovery,
      oclifOnDemand,
    ],
    logLevel: 'warning',
    metafile: true,
  })
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0)
  process.stdout.write(`${name}.cjs: ${Math.round(bytes / 1024)} KiB\n`)
}

/**
 * Bundles plugin and controller into dist/, one file each that bin/ loads, so that they start
 * without reading hundreds of files. `node scripts/build.ts FOLDER NAME` makes one of them elsewhere.
 */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { build } from 'esbuild'
import {
  oclifOnDemand,
  undiciInParts,
  withoutDiscovery,
  withoutSideEffects,
} from './build/plugins.ts'

const root = new URL('../', import.meta.url).pathname
const [outdir = `${root}dist`, only] = process.argv.slice(2)

const entries = Object.entries({
  'kubectl-canary': 'commands/main.ts',
  'kubectl-canary-controller': 'controller/main.ts',
}).filter(([name, source]) => existsSync(root + source) && (only ?? name) === name)

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
    keepNames: true,
    legalComments: 'none',
    banner: { js: `const bundleUrl = require('node:url').pathToFileURL(__filename).href` },
    // An import of a built-in module would start the loader of ES modules, a require does not.
    supported: { 'dynamic-import': false },
    define: { 'process.env.NODE_ENV': '"production"', 'import.meta.url': 'bundleUrl' },
    plugins: [withoutSideEffects, undiciInParts, withoutDiscovery, oclifOnDemand],
    logLevel: 'warning',
    metafile: true,
  })
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0)
  process.stdout.write(`${name}.cjs: ${Math.round(bytes / 1024)} KiB\n`)
}

/**
 * Bundles plugin and controller into dist/, one file each that bin/ loads, so that they start
 * without reading hundreds of files. `node scripts/build.ts FOLDER NAME` makes one of them elsewhere.
 */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { build, type Plugin } from 'esbuild'

const root = new URL('../', import.meta.url).pathname
const [outdir = `${root}dist`, only] = process.argv.slice(2)

const entries = Object.entries({
  'kubectl-canary': 'commands/main.ts',
  'kubectl-canary-controller': 'controller/main.ts',
}).filter(([name, source]) => existsSync(root + source) && (only ?? name) === name)

/** Its generated models register themselves on import, and nothing here uses them. */
const withoutSideEffects: Plugin = {
  name: 'without-side-effects',
  setup(of) {
    of.onResolve({ filter: /^@kubernetes\/client-node/ }, async (args) => {
      if (args.pluginData === 'again') return undefined
      const { path, resolveDir, kind } = args
      const found = await of.resolve(path, { resolveDir, kind, pluginData: 'again' })
      return { ...found, sideEffects: false }
    })
  },
}

/** Only what is imported of it here, and each class not before it is used: it is loaded each time. */
const undiciInParts: Plugin = {
  name: 'undici-in-parts',
  setup(of) {
    of.onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'parts' }))
    of.onLoad({ filter: /.*/, namespace: 'parts' }, () => ({
      resolveDir: root,
      contents: `
        const Dispatcher = require('undici/lib/dispatcher/dispatcher.js')
        Object.assign(Dispatcher.prototype, require('undici/lib/api/index.js'))
        module.exports = {
          get Agent() { return require('undici/lib/dispatcher/agent.js') },
          get ProxyAgent() { return require('undici/lib/dispatcher/proxy-agent.js') },
          get Socks5ProxyAgent() { return require('undici/lib/dispatcher/socks5-proxy-agent.js') },
        }`,
    }))
  },
}

/** What oclif loads in order to find plugins and to fill templates: never used here. */
const withoutDiscovery: Plugin = {
  name: 'without-discovery',
  setup(of) {
    const unused = /^(ejs|minimatch|tinyglobby|lilconfig|wsl-utils|semver)$/
    of.onResolve({ filter: unused }, ({ path, importer }) =>
      importer.includes('/@oclif/core/') ? { path, namespace: 'unused' } : undefined,
    )
    of.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {}' }))
  },
}

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
    define: { 'process.env.NODE_ENV': '"production"', 'import.meta.url': 'bundleUrl' },
    plugins: [withoutSideEffects, undiciInParts, withoutDiscovery],
    logLevel: 'warning',
    metafile: true,
  })
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0)
  process.stdout.write(`${name}.cjs: ${Math.round(bytes / 1024)} KiB\n`)
}

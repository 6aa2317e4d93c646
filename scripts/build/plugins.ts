/** How the bundles leave out, or put off, what a command line does not need. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin } from 'esbuild'
import yaml from 'yaml'

const root = new URL('../../', import.meta.url).pathname

/** The entry of the file beside the bundles that has the client library. */
export const clientLibrary = '@kubernetes/client-node/dist/config.js'

/**
 * The client library is for users with an auth-provider only. In a file of its own, its 600 kB
 * are not read by everybody else: 2 ms.
 */
export const libraryApart: Plugin = {
  name: 'library-apart',
  setup(of) {
    of.onResolve({ filter: /^@kubernetes\/client-node\/dist\/config\.js$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: './kubernetes-login.cjs', external: true },
    )
  },
}

/** The manifests of `install` are read by nothing else: they are in a file beside the bundle. */
export const manifestsApart: Plugin = {
  name: 'manifests-apart',
  setup(of) {
    of.onResolve({ filter: /\/manifest-files\.ts$/ }, () => ({
      path: './manifests.cjs',
      external: true,
    }))
  },
}

/** Makes the smaller bundle of the plugin, with the commands that people look with: 8 ms. */
export const lookAlone: Plugin = {
  name: 'look-alone',
  setup(of) {
    of.onResolve({ filter: /^\.\/registry\.gen\.ts$/ }, ({ importer, resolveDir }) =>
      importer.endsWith('/commands/main.ts')
        ? { path: join(resolveDir, 'look.gen.ts') }
        : undefined,
    )
  },
}

/** Its generated models register themselves on import, and nothing here uses them. */
export const withoutSideEffects: Plugin = {
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

/**
 * Only what is imported of it here, and each class not before it is used: it is loaded each time.
 * HTTP/2 is never asked for; loading it took 2 ms.
 */
export const undiciInParts: Plugin = {
  name: 'undici-in-parts',
  setup(of) {
    of.onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'parts' }))
    of.onLoad({ filter: /.*/, namespace: 'parts' }, () => ({
      resolveDir: root,
      contents: `
        const able = (dispatcher) => {
          const { prototype } = require('undici/lib/dispatcher/dispatcher.js')
          prototype.request = require('undici/lib/api/api-request.js')
          prototype.connect = function (...all) {
            return require('undici/lib/api/api-connect.js').apply(this, all)
          }
          return dispatcher
        }
        module.exports = {
          get Agent() { return able(require('undici/lib/dispatcher/agent.js')) },
          get buildConnector() { return require('undici/lib/core/connect.js') },
          get errors() { return require('undici/lib/core/errors.js') },
          get ProxyAgent() { return able(require('undici/lib/dispatcher/proxy-agent.js')) },
          get Socks5ProxyAgent() {
            return able(require('undici/lib/dispatcher/socks5-proxy-agent.js'))
          },
        }`,
    }))
    // Looked at for bodies that are messages of node:http, which none is here: 1.5 ms to load it.
    of.onResolve({ filter: /^node:http$/ }, ({ path, importer }) =>
      importer.includes('/undici/') ? { path, namespace: 'unloaded' } : undefined,
    )
    of.onLoad({ filter: /.*/, namespace: 'unloaded' }, () => ({
      contents: 'module.exports = { IncomingMessage: class {}, maxHeaderSize: 16384 }',
    }))
    // Another parser that undici tries out, on request only, takes 180 kB.
    const absent = /\/(client-h2|milo\/[\w-]+)(\.js)?$/
    of.onResolve({ filter: absent }, ({ path, importer }) =>
      importer.includes('/undici/') ? { path, namespace: 'absent' } : undefined,
    )
    of.onLoad({ filter: /.*/, namespace: 'absent' }, ({ path }) => ({
      contents: `module.exports = () => { throw new Error('${path} is not part of the bundle') }`,
    }))
  },
}

/**
 * A package that few commands of the plugin need, in a file of its own: its text is not read by
 * everybody else. `names` are what is imported of it.
 */
function apart(name: string, names: readonly string[]): Plugin {
  const file = `./${name}.cjs`
  return {
    name: `${name}-apart`,
    setup(of) {
      of.onResolve({ filter: new RegExp(`^${name}$`) }, ({ kind }) =>
        kind === 'entry-point' ? undefined : { path: name, namespace: `${name}-apart` },
      )
      of.onResolve({ filter: new RegExp(`^\\./${name}\\.cjs$`) }, () => ({
        path: file,
        external: true,
      }))
      of.onLoad({ filter: /.*/, namespace: `${name}-apart` }, () => ({
        contents: `module.exports = {
          ${names.map((one) => `get ${one}() { return require('${file}').${one} }`).join()}
        }`,
      }))
    },
  }
}

/** For proxies and for addresses outside of the cluster only: 320 kB. */
export const undiciApart: Plugin = apart('undici', [
  'Agent',
  'buildConnector',
  'errors',
  'ProxyAgent',
  'Socks5ProxyAgent',
])

/** For files and for `-o yaml` only, because the kubeconfig has a quicker reader: 115 kB. */
export const yamlApart: Plugin = apart('yaml', Object.keys(yaml))

/** Its styles are made when a colour is first asked for: 3 ms that pipes do not pay. */
export const chalkOnDemand: Plugin = {
  name: 'chalk-on-demand',
  setup(of) {
    of.onResolve({ filter: /^chalk$/ }, ({ namespace }) =>
      namespace === 'late' ? undefined : { path: 'chalk', namespace: 'late' },
    )
    of.onLoad({ filter: /.*/, namespace: 'late' }, () => ({
      resolveDir: root,
      contents: `module.exports = { get Chalk() { return require('chalk').Chalk } }`,
    }))
  },
}

/**
 * Tables measure their cells as all else is measured here. The package that they bring measures
 * most of them four times, against a table of all emoji: 5 ms for a status.
 */
export const widthsAsOurs: Plugin = {
  name: 'widths-as-ours',
  setup(of) {
    of.onResolve({ filter: /^string-width$/ }, () => ({ path: 'string-width', namespace: 'ours' }))
    of.onLoad({ filter: /.*/, namespace: 'ours' }, () => ({
      resolveDir: root,
      contents: `module.exports = require('./commands/output/clean.ts').widthOf`,
    }))
  },
}

/** What oclif loads to find plugins, to fill templates, to log and to spin: never used here. */
export const withoutDiscovery: Plugin = {
  name: 'without-discovery',
  setup(of) {
    const unused = /^(ejs|minimatch|tinyglobby|lilconfig|wsl-utils|semver|typescript)$/
    of.onResolve({ filter: unused }, ({ path, importer }) =>
      importer.includes('/@oclif/core/') ? { path, namespace: 'unused' } : undefined,
    )
    of.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {}' }))
    // Its log, for those who write oclif plugins, took 1 ms.
    of.onResolve({ filter: /^debug$/ }, ({ path, importer }) =>
      importer.includes('/@oclif/core/') ? { path, namespace: 'silent' } : undefined,
    )
    of.onLoad({ filter: /.*/, namespace: 'silent' }, () => ({
      contents: 'module.exports = () => () => {}',
    }))
    // A spinner is made where a command fails, and never turns: of 30 kB of pictures it needs one.
    of.onResolve({ filter: /^cli-spinners$/ }, ({ path }) => ({ path, namespace: 'still' }))
    of.onLoad({ filter: /.*/, namespace: 'still' }, () => ({
      contents: `exports.dots2 = exports.line = { frames: [''] }`,
    }))
  },
}

/**
 * Modules of oclif are loaded when something of them is used, not when their users are: of its 80
 * modules a command needs 25. Saves 10 ms.
 */
export const oclifOnDemand: Plugin = {
  name: 'oclif-on-demand',
  setup(of) {
    of.onLoad({ filter: /\/@oclif\/core\/lib\/.*\.js$/ }, async ({ path }) => ({
      contents: onDemand(await readFile(path, 'utf8')),
    }))
  },
}

/**
 * CommonJS as TypeScript emits it, with `name_1 = require(…)` put off until `name_1` is used. The
 * compiler makes those names up, and always follows them by a dot.
 */
function onDemand(source: string): string {
  const imports = /^(?:const|var) (\w+_\d+) = (.*require\("[^"]+"\)\)?);$/gm
  const names = [...source.matchAll(imports)].map(([, name]) => name)
  if (names.length === 0) return source
  return source
    .replace(imports, 'let $1$; const $1 = () => $1$ ??= $2;')
    .replace(new RegExp(`\\b(${names.join('|')})(?=\\.)`, 'g'), '($1())')
}

#!/usr/bin/env node
// CommonJS, and node:fs by require: the loader of ES modules takes 3 ms, node:fs through it 2 more.
const { existsSync } = require('node:fs')
const { constants, enableCompileCache } = require('node:module')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { pathToFileURL } = require('node:url')

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `error: kubectl-canary needs Node.js 22.19 or later, and this is ${process.version}\n`,
  )
  process.exit(1)
}

// Node tells people of variables such as FORCE_COLOR beside NO_COLOR; this program has its own rules.
process.removeAllListeners('warning')

// What is kept are the functions that the first run compiled. With a folder for each command that
// people look with, these are what the next run needs; with one for all it would be 10 ms slower.
const [, program = 'kubectl-canary', word = ''] = process.argv
const { XDG_CACHE_HOME, LOCALAPPDATA, HOME } = process.env
const home = XDG_CACHE_HOME || LOCALAPPDATA || (HOME ? join(HOME, '.cache') : tmpdir())
const command = ['status', 'list', 'get', 'watch', 'version'].includes(word) ? word : 'others'
const { status } = enableCompileCache(join(home, 'kubectl-canary', command))
if (status === constants.compileCacheStatus.FAILED) enableCompileCache()

const bundle = join(__dirname, '../dist/kubectl-canary.cjs')
const loading = existsSync(bundle)
  ? Promise.resolve(require(bundle))
  : import(pathToFileURL(join(__dirname, '../commands/main.ts')).href)
void loading.then(({ main }) => main(process.argv.slice(2), program))

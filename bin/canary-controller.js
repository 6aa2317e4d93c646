#!/usr/bin/env node
const { existsSync } = require('node:fs')
const { enableCompileCache } = require('node:module')
const { join } = require('node:path')
const { pathToFileURL } = require('node:url')
const { setFlagsFromString } = require('node:v8')

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `error: canary-controller needs Node.js 22.19 or later, and this is ${process.version}\n`,
  )
  process.exit(1)
}

/** Of new objects, MB. */
const semiSpace = '--max-semi-space-size=2'

startSmall()
stayFrugal()
enableCompileCache()
const bundle = join(__dirname, '../dist/canary-controller.cjs')
const loading = existsSync(bundle)
  ? Promise.resolve(require(bundle))
  : import(pathToFileURL(join(__dirname, '../controller/main.ts')).href)
void loading
  .then(({ main }) => main(process.argv.slice(2)))
  .then((code) => {
    process.exitCode = code
  })

/**
 * V8 takes its limits at the start of a process only, so this one becomes another, under the same
 * id. Left to itself V8 lets 100 canaries take 150 MB, most of it garbage; this way they take 80.
 * A controller waits more than it computes: without the optimizing compilers it takes a third more
 * of little processor time, and 15 MB less.
 */
function startSmall() {
  // Windows cannot do it.
  if (!process.execve || process.execArgv.includes(semiSpace)) return
  const flags = [semiSpace, '--no-opt', '--no-maglev', ...oldSpace()]
  // That it is experimental is no news for the log of a controller.
  process.removeAllListeners('warning')
  const words = [...flags, ...process.execArgv, __filename, ...process.argv.slice(2)]
  // An arena of memory for each thread of the GNU library would be 2 MB more, half of them unused.
  const environment = { MALLOC_ARENA_MAX: '1', ...process.env }
  process.execve(process.execPath, [process.execPath, ...words], environment)
}

/**
 * The heap grows in small steps only. At the start this would also cut the space of new objects to
 * 1 MB, in which a burst of rollouts spends a quarter of its time collecting garbage.
 */
function stayFrugal() {
  setFlagsFromString('--optimize-for-size')
}

/** What a container may hold, but for the program and its connections; else V8's own limit. */
function oldSpace() {
  // NODE_OPTIONS would lose; what was given on the command line stands behind this, and wins.
  if (/max.old.space/.test(process.env.NODE_OPTIONS ?? '')) return []
  const limit = process.constrainedMemory() / 2 ** 20
  // No limit is 0 or absurdly much.
  if (limit === 0 || limit > 64 * 1024) return []
  return [`--max-old-space-size=${Math.max(64, Math.floor(limit) - 128)}`]
}

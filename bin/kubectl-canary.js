#!/usr/bin/env node
// CommonJS, and node:fs by require: the loader of ES modules takes 3 ms, node:fs through it 2 more.
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs')
const { dirname, join } = require('node:path')
const { pathToFileURL } = require('node:url')
const { Script } = require('node:vm')

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `error: kubectl-canary needs Node.js 22.19 or later, and this is ${process.version}\n`,
  )
  process.exit(1)
}

// Node tells people of variables such as FORCE_COLOR beside NO_COLOR; this program has its own rules.
process.removeAllListeners('warning')

const [, program = 'kubectl-canary', word = ''] = process.argv
// Those of commands/look.gen.ts: all that they need is in a smaller bundle.
const looking = ['list', 'get', 'ls', 'status', 'watch', 'history', 'events', 'wait', 'replay']
const isLook = looking.includes(word) && !/kubectl_complete-[^/\\]*$/.test(program)
const loading = load(join(__dirname, `../dist/kubectl-canary${isLook ? '-look' : ''}.cjs`))
void loading.then(({ main }) => main(process.argv.slice(2), program, { rehearsal }))

/** The controller, as far as rehearsals play it: loaded when one is asked for. */
function rehearsal() {
  const file = join(__dirname, '../dist/rehearsal.cjs')
  return read(file) === undefined
    ? import(pathToFileURL(join(__dirname, '../controller/rehearsal/rehearse.ts')).href)
    : Promise.resolve(require(file))
}

/** The bundle, or the sources where nobody has built it. */
function load(file) {
  const text = read(file)
  return text === undefined
    ? import(pathToFileURL(join(__dirname, '../commands/main.ts')).href)
    : Promise.resolve(evaluate(file, text.toString('latin1')))
}

/**
 * Runs the bundle from what V8 made of it when the same command ran first. Node's own cache keeps
 * no functions, but for those that are called at once: each command would compile 20 ms of code.
 */
function evaluate(filename, text) {
  const cache = cacheOf(text)
  const cachedData = cache && readCode(cache)
  const wrapped = `(function (exports, require, module, __filename, __dirname) {${text}\n})`
  const script = new Script(wrapped, { filename, ...(cachedData && { cachedData }) })
  if (cache && (!cachedData || script.cachedDataRejected))
    process.on('exit', (code) => {
      // A command that failed may have got no further than its first step.
      if (code === 0) writeCode(cache, script)
    })
  const bundle = { exports: {} }
  const folder = dirname(filename)
  // As createRequire would; node:module takes half a millisecond.
  const beside = (name) => require(name.startsWith('.') ? join(folder, name) : name)
  Object.assign(beside, require)
  script.runInThisContext()(bundle.exports, beside, bundle, filename, folder)
  return bundle.exports
}

/**
 * Where the code is kept: for each command that people look with what it needs, and no more. Without
 * a folder of one's own nothing is kept: what lies in one for all may come from anybody.
 */
function cacheOf(text) {
  const { XDG_CACHE_HOME, LOCALAPPDATA, HOME } = process.env
  const home = XDG_CACHE_HOME || LOCALAPPDATA || (HOME && join(HOME, '.cache'))
  if (!home) return undefined
  const isKnown = ['status', 'list', 'get', 'watch', 'version'].includes(word)
  const command = isKnown ? word : isLook ? 'look' : 'others'
  // The build ends the bundle with the hash of its text; V8 would take any other of this length.
  const head = Buffer.from(`${process.version} ${text.slice(-65, -1)}\n`.padEnd(128))
  return { folder: join(home, 'kubectl-canary'), file: `${command}.code`, head }
}

function readCode({ folder, file, head }) {
  const bytes = read(join(folder, file))
  return bytes?.subarray(0, head.length).equals(head) ? bytes.subarray(head.length) : undefined
}

/** Whoever may not write there does without. */
function writeCode({ folder, file, head }, script) {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const partly = join(folder, `${file}.${process.pid}`)
    writeFileSync(partly, Buffer.concat([head, script.createCachedData()]), { mode: 0o600 })
    renameSync(partly, join(folder, file))
  } catch {}
}

function read(file) {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

/**
 * What a released executable runs: as bin/kubectl-canary.js, but all it needs is inside, also what
 * V8 made of the bundle when each command ran during the build.
 */
const { getAssetKeys, getRawAsset } = require('node:sea')
const { join } = require('node:path')
const { setFlagsFromString } = require('node:v8')
const { Script } = require('node:vm')

// Node tells people of variables such as FORCE_COLOR beside NO_COLOR; this program has its own rules.
process.removeAllListeners('warning')

const assets = new Set(getAssetKeys())
const word = process.argv[2] ?? ''
const isCompletion = /kubectl_complete-[^/\\]*$/.test(process.argv0) || word === '__complete'
// Those of commands/look.gen.ts: all that they need is in a smaller bundle.
const looking = ['list', 'get', 'ls', 'status', 'watch', 'history', 'events', 'wait', 'replay']
const isLook = !isCompletion && looking.includes(word)
const alike = { get: 'list', ls: 'list', watch: 'status' }
const known = isCompletion ? 'complete' : (alike[word] ?? word)
const others = isLook ? 'look.code' : 'others.code'
if (isLook) withoutOptimizing()
const code = assets.has(`${known}.code`) ? `${known}.code` : others
const bundle = load(isLook ? 'kubectl-canary-look.cjs' : 'kubectl-canary.cjs', code)
// A link by which it was called says what is asked; Node puts the file that it leads to here.
void bundle.main(process.argv.slice(2), process.argv0, {
  rehearsal: () => Promise.resolve(load('rehearsal.cjs')),
})

/**
 * V8's optimizing compiler has no time to pay for itself in a command that is done in a blink, and
 * what it touches of Node's file is 2 MB more in memory. What stays longer gets it.
 */
function withoutOptimizing() {
  // Node's own modules that were compiled for other flags would be compiled again: first they are
  // loaded, as each of these commands does anyway.
  for (const name of ['node:net', 'node:os', 'node:tty', 'node:tls']) require(name)
  setFlagsFromString('--no-maglev')
  if (!assets.has('keep')) setTimeout(() => setFlagsFromString('--maglev'), 1000).unref()
}

/** The build has put the text of each bundle into a function. */
function load(name, codeName) {
  const text = Buffer.from(getRawAsset(name)).toString('latin1')
  const filename = join(__dirname, name)
  const cachedData = assets.has(codeName) ? Buffer.from(getRawAsset(codeName)) : undefined
  const script = new Script(text, { filename, ...(cachedData && { cachedData }) })
  const loaded = { exports: {} }
  const beside = (other) => (other.startsWith('./') ? load(other.slice(2)) : require(other))
  script.runInThisContext()(loaded.exports, beside, loaded, filename, __dirname)
  if (assets.has('keep') && codeName) keep(script)
  return loaded.exports
}

/** Only in the executable that the build makes first: the code goes to a file, for the second one. */
function keep(script) {
  process.on('exit', () => {
    require('node:fs').writeFileSync(process.env.CANARY_CODE, script.createCachedData())
  })
}

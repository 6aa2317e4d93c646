// Runs a script on the Node that package.json brings, whatever Node started this; installs first
// where the install is missing or older than the lock file. Must stay plain for Node 20.
const { spawnSync } = require('node:child_process')
const { existsSync, statSync } = require('node:fs')
const path = require('node:path')

const root = path.join(__dirname, '..')
const modules = path.join(root, 'node_modules')
const stamp = path.join(modules, '.package-lock.json')
const lock = path.join(root, 'package-lock.json')
const node = path.join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

if (!existsSync(node) || !existsSync(stamp) || statSync(stamp).mtimeMs < statSync(lock).mtimeMs) {
  console.error('installing what package-lock.json names ...')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  // `ci` takes what the lock names and nothing else, but begins by removing what other processes
  // may be running from.
  const verb = existsSync(modules) ? ['install', '--no-save'] : ['ci']
  const install = [...verb, '--no-audit', '--no-fund', '--loglevel=error']
  const { status } = spawnSync(npm, install, { cwd: root, stdio: ['ignore', 2, 2] })
  if (status !== 0) process.exit(status ?? 1)
}

const env = {
  ...process.env,
  PATH: [path.dirname(node), path.join(modules, '.bin'), process.env.PATH].join(path.delimiter),
}
const [script, ...args] = process.argv.slice(2)
const child = require('node:child_process').spawn(node, [script, ...args], {
  cwd: root,
  stdio: 'inherit',
  env,
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))

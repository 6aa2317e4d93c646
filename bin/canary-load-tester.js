#!/usr/bin/env node
const { existsSync } = require('node:fs')
const { enableCompileCache } = require('node:module')
const { join } = require('node:path')
const { pathToFileURL } = require('node:url')

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `error: canary-load-tester needs Node.js 22.19 or later, and this is ${process.version}\n`,
  )
  process.exit(1)
}

enableCompileCache()
const bundle = join(__dirname, '../dist/canary-load-tester.cjs')
const loading = existsSync(bundle)
  ? Promise.resolve(require(bundle))
  : import(pathToFileURL(join(__dirname, '../controller/load-tester/main.ts')).href)
void loading
  .then(({ main }) => main(process.argv.slice(2)))
  .then((code) => {
    process.exitCode = code
  })

#!/usr/bin/env node
import { existsSync } from 'node:fs'
import module from 'node:module'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `error: kubectl-canary-controller needs Node.js 22.19 or later, and this is ${process.version}\n`,
  )
  process.exit(1)
}
module.enableCompileCache()
const bundle = new URL('../dist/kubectl-canary-controller.cjs', import.meta.url)
const { main } = existsSync(bundle)
  ? module.createRequire(import.meta.url)(bundle.pathname)
  : await import(new URL('../controller/main.ts', import.meta.url).href)
process.exitCode = await main(process.argv.slice(2))

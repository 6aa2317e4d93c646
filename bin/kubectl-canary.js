#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { enableCompileCache } from 'node:module'

enableCompileCache?.()
const bundle = new URL('../dist/kubectl-canary.js', import.meta.url)
const source = new URL('../commands/main.ts', import.meta.url)
const { main } = await import((existsSync(bundle) ? bundle : source).href)
await main(process.argv.slice(2), process.argv[1] ?? 'kubectl-canary')

import path from 'node:path'
import { defineConfig } from 'vitest/config'

/** Tests on a real cluster: one control plane for all files, which `global-setup.ts` starts. */
export default defineConfig({
  root: path.join(import.meta.dirname, '../..'),
  test: {
    include: ['test/cluster/**/*.test.ts', 'test/contract/**/*.test.ts'],
    maxConcurrency: 6,
    globalSetup: ['test/cluster/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})

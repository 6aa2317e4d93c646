import path from 'node:path'
import { defineConfig } from 'vitest/config'

/** Tests with real traffic: `node test/traffic/run.ts` makes the network that they need. */
export default defineConfig({
  root: path.join(import.meta.dirname, '../..'),
  test: {
    include: ['test/traffic/**/*.test.ts'],
    globalSetup: ['test/traffic/global-setup.ts'],
    // Whole rollouts, at the pace of the slowest of three processes.
    testTimeout: 600_000,
  },
})

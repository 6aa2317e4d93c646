import path from 'node:path'
import { defineConfig } from 'vitest/config'

/** What a release ships, installed as people install it. */
export default defineConfig({
  root: path.join(import.meta.dirname, '../..'),
  test: {
    include: ['test/release/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
})

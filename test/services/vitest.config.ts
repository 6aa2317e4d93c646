import path from 'node:path'
import { defineConfig } from 'vitest/config'

/** Tests on real servers of others, each started for itself from the packages of Debian. */
export default defineConfig({
  root: path.join(import.meta.dirname, '../..'),
  test: {
    include: ['test/services/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})

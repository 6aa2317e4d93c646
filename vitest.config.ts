import { defineConfig } from 'vitest/config'

/** Pure parts: neither clock nor chance, and quick. */
const pure = [
  'analysis',
  'canary',
  'inspection',
  'installation',
  'judge',
  'load',
  'metrics',
  'notifiers',
  'report',
  'requests',
  'routers',
  'scalers',
  'template',
  'webhooks',
  'workloads',
  'writes',
]

export default defineConfig({
  test: {
    // Most tests wait for timers and other processes, not for a core.
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: 'pure',
          include: pure.map((part) => `test/unit/${part}/**/*.test.ts`),
          setupFiles: ['test/support/pure.ts'],
          // Nothing waits here: what takes long is properties, on a machine that is busy.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'parts',
          include: [
            'test/unit/**/*.test.ts',
            'test/manifests/**/*.test.ts',
            'test/conformance/**/*.test.ts',
          ],
          exclude: pure.map((part) => `test/unit/${part}/**`),
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'model',
          include: ['test/model/**/*.test.ts'],
          // Hours of a cluster go by in each, on a clock of its own.
          testTimeout: 1_800_000,
        },
      },
      {
        test: {
          name: 'embedded',
          include: ['commands', 'embedded', 'soak'].map((part) => `test/${part}/**/*.test.ts`),
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})

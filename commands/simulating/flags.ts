/** The flags of the commands that play a Canary: how its versions answer, and who asks them. */
import { integer, string } from '@oclif/core/flags'

export const playFlags = {
  'error-rate': string({
    summary: 'Percent of the requests to the canary that fail',
    default: '0.1',
  }),
  'primary-error-rate': string({
    summary: 'Percent of the requests to the primary that fail, where a judge compares the two',
    default: '0.1',
  }),
  latency: string({ summary: '99 % of its requests take at most so long', default: '100ms' }),
  requests: integer({ summary: 'Requests of all users in a second', default: 20, min: 0 }),
  'test-requests': integer({
    summary: 'Requests of a load test in a second, to the canary; default is 10 with rollout hooks',
    min: 0,
  }),
  matching: integer({
    summary: 'Percent of the users whom an A/B test leads to the canary',
    default: 10,
    min: 0,
    max: 100,
  }),
  'pod-ready': string({ summary: 'Time until new pods are ready', default: '30s' }),
  runs: integer({ summary: 'Play so many, and tell the odds', default: 1, min: 1, max: 10_000 }),
  seed: integer({ summary: 'Equal seeds, equal requests', default: 1, min: 0 }),
  plot: string({ summary: 'Write a picture of the run (SVG) to this file' }),
}

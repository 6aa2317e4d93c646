/** Sequences in which a rule of the model did not hold once, shrunk: each stands for a fault that was mended. */
import { expect, test } from 'vitest'
import { play, type Sequence } from './play.ts'

const calm = { gates: false, revertOnDeletion: false, analysis: 'weights' } as const
const onIstio = { ...calm, provider: 'istio', kind: 'Deployment', autoscaler: 'none' } as const
const onLinkerd = { ...onIstio, provider: 'linkerd' } as const

const found: [string, Sequence][] = [
  [
    'a rollback ends where the autoscaler that it paused resizes the target at the same moment',
    {
      canary: { ...onIstio, kind: 'StatefulSet', autoscaler: 'keda' },
      steps: [
        { do: 'slow', requestMs: 5, watchMs: 0 },
        { do: 'image', image: 'stuck' },
        { do: 'wait', seconds: 900 },
      ],
    },
  ],
  [
    'a primary that is made anew of the version before, while a promotion ends, needs no run',
    {
      canary: onIstio,
      steps: [
        { do: 'image', image: 'b' },
        { do: 'wait', seconds: 90 },
        { do: 'delete', thing: 'primary' },
        { do: 'image', image: 'a' },
      ],
    },
  ],
  [
    'a configuration that is edited while a promotion ends has a run of its own, and none when it is back',
    {
      canary: { ...onIstio, analysis: 'back' },
      steps: [
        { do: 'image', image: 'c' },
        { do: 'wait', seconds: 45 },
        { do: 'config', value: '3' },
        { do: 'wait', seconds: 200 },
        { do: 'config', value: '1' },
      ],
    },
  ],
  [
    'nothing is left of a provider that was named for a moment in which the server refused writes',
    {
      canary: { ...onIstio, revertOnDeletion: true },
      steps: [
        { do: 'fault', how: 'refused', times: 2 },
        { do: 'edit', choice: { ...onLinkerd, revertOnDeletion: true } },
        { do: 'drop watches' },
        { do: 'edit', choice: onIstio },
        { do: 'wait', seconds: 45 },
      ],
    },
  ],
  [
    'an abort in the moment in which all pods of the primary are gone leads nobody to it',
    {
      canary: onIstio,
      steps: [
        { do: 'image', image: 'b' },
        { do: 'wait', seconds: 10 },
        { do: 'kill pods', of: 'primary' },
        { do: 'annotate', verb: 'abort', value: 'true' },
        { do: 'wait', seconds: 60 },
      ],
    },
  ],
  ...(['istio', 'nginx', 'linkerd', 'gatewayapi:v1'] as const).map(
    (provider): [string, Sequence] => [
      `a revision that comes while the primary has no pod leads nobody to it, and has all its checks (${provider})`,
      {
        canary: { ...onIstio, provider },
        steps: [
          { do: 'image', image: 'b' },
          { do: 'wait', seconds: 45 },
          { do: 'kill pods', of: 'primary' },
          { do: 'image', image: 'c' },
          { do: 'wait', seconds: 1 },
          { do: 'kill pods', of: 'primary' },
          { do: 'wait', seconds: 900 },
        ],
      },
    ],
  ),
  [
    'a route that goes together with a primary which can not be made again comes back all the same',
    {
      canary: onIstio,
      steps: [
        { do: 'config', value: '2' },
        { do: 'wait', seconds: 10 },
        { do: 'delete', thing: 'primary' },
        { do: 'delete', thing: 'route' },
        { do: 'wait', seconds: 900 },
      ],
    },
  ],
  [
    'nothing is left of a provider that was named for a second of a run in which the server was slow',
    {
      canary: onIstio,
      steps: [
        { do: 'image', image: 'c' },
        { do: 'slow', requestMs: 300, watchMs: 0 },
        { do: 'edit', choice: { ...onIstio, provider: 'nginx', analysis: 'tested' } },
        { do: 'wait', seconds: 1 },
        { do: 'edit', choice: onIstio },
        { do: 'wait', seconds: 0 },
      ],
    },
  ],
  [
    'nothing is left of two providers that were named one after the other while the server was slow',
    {
      canary: onIstio,
      steps: [
        { do: 'image', image: 'c' },
        { do: 'slow', requestMs: 300, watchMs: 0 },
        { do: 'edit', choice: { ...onIstio, provider: 'nginx' } },
        { do: 'wait', seconds: 1 },
        { do: 'edit', choice: { ...onIstio, provider: 'traefik' } },
        { do: 'wait', seconds: 2 },
        { do: 'edit', choice: onIstio },
        { do: 'wait', seconds: 0 },
      ],
    },
  ],
  ...(['istio', 'gatewayapi:v1', 'nginx', 'traefik', 'linkerd'] as const).flatMap((provider) =>
    (['weights', 'back', 'mirrored'] as const).map((analysis): [string, Sequence] => [
      `a route of ${provider} that goes together with the pods of the canary comes back for the primary (${analysis})`,
      {
        canary: { ...onIstio, provider, analysis },
        steps: [
          { do: 'image', image: 'd' },
          { do: 'wait', seconds: analysis === 'back' ? 100 : 30 },
          { do: 'kill pods', of: 'target' },
          { do: 'delete', thing: 'route' },
          { do: 'wait', seconds: 0 },
        ],
      },
    ]),
  ),
]

test.each(found)('%s', async (_, sequence) => {
  const { broken, lines } = await play(sequence)
  expect(broken, lines.join('\n')).toEqual([])
})

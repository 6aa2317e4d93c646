/** An autoscaler that nobody has. */
import { namespacedKind } from '../../resource-kind.ts'
import type { ScalerKind } from '../scaler.ts'

export const accordion: ScalerKind = {
  kind: 'Accordion',
  kinds: [namespacedKind('music.example.com/v1', 'Accordion', 'accordions')],
  scaler: {
    reads: () => [],
    sizing: () => ({ smallest: 1, mayRest: { target: false, primary: false } }),
    primary: () => [],
    hold: () => [],
  },
}

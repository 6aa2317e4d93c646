/** What kinds have in common that are sized by a number of pods, and rest at zero. */
import type { CopiedKind } from './copied/copied-kind.ts'
import { fullScale } from './full-scale.ts'
import type { Templated } from './pods/pod-template.ts'

interface Sized extends Templated {
  spec: Templated['spec'] & { replicas?: number }
  status?: { readyReplicas?: number; availableReplicas?: number }
}

type Parts<T extends Templated> = Pick<
  CopiedKind<T>,
  'isServing' | 'rests' | 'noPods' | 'full' | 'atRest' | 'givenBack'
> &
  Required<Pick<CopiedKind<T>, 'size' | 'withSize'>>

/** The parts of a kind whose spec has `replicas`. */
export function sizedByReplicas<T extends Sized>(): Parts<T> {
  const withSize = (of: T, replicas: number): T =>
    of.spec.replicas === replicas ? of : { ...of, spec: { ...of.spec, replicas } }
  return {
    // What is available is ready, whatever else is said.
    isServing: ({ status = {} }) => (status.readyReplicas ?? status.availableReplicas ?? 0) > 0,
    rests: (of) => sizeOf(of) === 0,
    noPods: (of) =>
      sizeOf(of) === 0 ? 'it is scaled to zero, and traffic needs at least one replica' : undefined,
    size: sizeOf,
    withSize,
    full: (target, primary, sizing) =>
      withSize(
        target,
        fullScale({ target: sizeOf(target), primary: primary && sizeOf(primary) }, sizing),
      ),
    atRest: (target) => withSize(target, 0),
    givenBack(target, primary, sizing) {
      const asItWas = fullScale({ target: sizeOf(target), primary: undefined }, sizing)
      return withSize(target, primary ? sizeOf(primary) : asItWas)
    },
  }
}

function sizeOf({ spec }: Sized): number {
  return spec.replicas ?? 1
}

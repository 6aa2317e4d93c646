/** Lets a replica that may lead no longer change nothing and call nobody. */
import { StandbyError } from '../../src/errors.ts'
import type { Http } from '../../src/io/http.ts'
import type { Kube } from '../../src/io/kube/kube.ts'

export interface Ports {
  kube: Kube
  http: Http
}

/**
 * The same ports, whose writes and calls reject with StandbyError while `mayAct` says no. It is
 * asked at each of them: a process that was stopped in the middle of a step goes on in the middle.
 */
export function whileLeading({ kube, http }: Ports, mayAct: () => boolean): Ports {
  async function acting<R>(act: () => Promise<R>): Promise<R> {
    if (!mayAct()) throw new StandbyError()
    return act()
  }
  return {
    kube: {
      ...kube,
      create: (object, options) => acting(() => kube.create(object, options)),
      replace: (object, options) => acting(() => kube.replace(object, options)),
      patch: (ref, body, options) => acting(() => kube.patch(ref, body, options)),
      delete: (ref, options) => acting(() => kube.delete(ref, options)),
      raw: (method, ...rest) =>
        method === 'GET' ? kube.raw(method, ...rest) : acting(() => kube.raw(method, ...rest)),
    },
    http: (request, signal) => acting(() => http(request, signal)),
  }
}

/** APISIX: a copy of the user's ApisixRoute that is preferred to it, with weighted backends. */
import { InvalidSpecError } from '../../errors.ts'
import { copiedMetadata } from '../copied-metadata.ts'
import { fieldsWithoutEffect, requestFields } from '../ignored.ts'
import { routeMetadata, type Specified } from '../metadata.ts'
import { rememberOriginal, restoreRoute } from '../original.ts'
import { record } from '../reading.ts'
import { accepted, type Router, type RouterContext, type Routes, weightsAlone } from '../router.ts'
import { renderedOrWithdrawn } from '../withdrawal.ts'
import { routeAccepted } from './acceptance.ts'
import {
  bothRefs,
  isCopy,
  readCopy,
  routeRefs,
  rulesIn,
  rulesToApex,
  splitRule,
  withdrawn,
} from './route.ts'

export const apisix: Router = {
  abilities: () => ({ ...weightsAlone, tenths: true }),

  reads: ({ canary }) => routeRefs(canary),

  routes({ canary, find }) {
    const found = find<Specified>(bothRefs(canary).copy)
    return found && readCopy(canary, found)
  },

  accepted({ canary, find }) {
    const found = find<Specified>(bothRefs(canary).copy)
    return found ? routeAccepted(found) : accepted
  },

  render(context, routes) {
    const { canary, find } = context
    const found = find<Specified>(bothRefs(canary).copy)
    return renderedOrWithdrawn({
      wanted: routes,
      found,
      render: () => [copyOf(context, userRoute(context), { found, routes })],
      live: (copy) => readCopy(canary, copy),
      withdrawn: (copy) => [withdrawn(canary, copy)],
    })
  },

  restore(context) {
    const [, copy] = routeRefs(context.canary)
    return copy ? restoreRoute(context, copy) : { write: [], remove: [] }
  },

  warnings: ({ canary }) => fieldsWithoutEffect(canary, requestFields),
}

/** Throws InvalidSpecError where the route is not there, or leads the apex no requests. */
function userRoute({ canary, find }: RouterContext): Specified {
  const { name } = bothRefs(canary).user
  const at = `APISIX route ${name}.${canary.namespace}`
  const { apex } = canary.names
  const found = find<Specified>(bothRefs(canary).user)
  if (!found)
    throw new InvalidSpecError(
      `${at} get query error: not found; create it, or correct spec.routeRef.name of canary ` +
        canary.label,
    )
  if (rulesIn(found).length === 0)
    throw new InvalidSpecError(`${at}: its spec.http is empty; add a rule that leads to ${apex}`)
  if (rulesToApex(canary, found).length === 0)
    throw new InvalidSpecError(
      `Can not find ${apex} backend on apisix route ${name}.${canary.namespace}: add a rule with ` +
        `this backend, or correct spec.service.name of canary ${canary.label}`,
    )
  return found
}

interface Copying {
  found: Specified | undefined
  routes: Routes
}

/** Streams are left out: the ports of a gateway can't be claimed twice. */
function copyOf(context: RouterContext, user: Specified, { found, routes }: Copying): Specified {
  const { canary } = context
  const { apiVersion, kind, name } = bothRefs(canary).copy
  const { stream: _, ...rest } = record(user.spec)
  const memory = found && !isCopy(canary, found) ? rememberOriginal(found, found.spec) : {}
  const metadata = routeMetadata(context, {
    name,
    found,
    configured: copiedMetadata(user),
    isCopied: true,
    annotations: memory,
  })
  const http = rulesToApex(canary, user).map((rule) => splitRule(canary, rule, routes))
  return { ...found, apiVersion, kind, metadata, spec: { ...rest, http } }
}

/** The rules of pod specs. */
import { duplicate, type FieldError, invalidValue, required } from '../api-error.ts'
import { type Json, list, record, records } from '../json.ts'

/** Every rule that is broken; `field` is the path of the spec. */
export function validatePodSpec(field: string, spec: Json): FieldError[] {
  const errors: FieldError[] = []
  if (list(spec.containers).length === 0) errors.push(required(`${field}.containers`))
  const names = new Set<unknown>()
  const volumes = new Set(records(spec.volumes).map(({ name }) => name))
  for (const kind of ['initContainers', 'containers'])
    records(spec[kind]).forEach((container, index) => {
      const at = `${field}.${kind}[${index}]`
      if (names.has(container.name)) errors.push(duplicate(`${at}.name`, container.name))
      names.add(container.name)
      errors.push(...validateContainer(at, container, volumes))
    })
  return errors
}

function validateContainer(at: string, container: Json, volumes: Set<unknown>): FieldError[] {
  const errors: FieldError[] = []
  if (!container.name) errors.push(required(`${at}.name`))
  if (!container.image) errors.push(required(`${at}.image`))
  records(container.ports).forEach(({ containerPort }, index) => {
    const field = `${at}.ports[${index}].containerPort`
    if (containerPort === undefined) errors.push(required(field))
    else if (!(Number(containerPort) >= 1 && Number(containerPort) <= 65_535))
      errors.push(invalidValue(field, containerPort, 'must be between 1 and 65535, inclusive'))
  })
  records(container.env).forEach(({ name }, index) => {
    if (!name) errors.push(required(`${at}.env[${index}].name`))
  })
  records(container.volumeMounts).forEach(({ name, mountPath }, index) => {
    const field = `${at}.volumeMounts[${index}]`
    if (!mountPath) errors.push(required(`${field}.mountPath`))
    if (!volumes.has(name))
      errors.push({
        field: `${field}.name`,
        reason: 'FieldValueNotFound',
        message: `Not found: ${JSON.stringify(name ?? '')}`,
      })
  })
  const { limits, requests } = record(container.resources)
  for (const [name, amount] of Object.entries(record(limits))) {
    const requested = record(requests)[name]
    if (quantity(requested) > quantity(amount))
      errors.push(
        invalidValue(
          `${at}.resources.requests`,
          requested,
          `must be less than or equal to ${name} limit of ${String(amount)}`,
        ),
      )
  }
  return errors
}

const suffixes: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
}

/** A quantity such as `100m` or `64Mi` as a number; NaN, which compares to nothing, for others. */
function quantity(value: unknown): number {
  const [, amount, suffix = ''] = /^([0-9.]+)([a-zA-Z]*)$/.exec(String(value)) ?? []
  return Number(amount) * (suffixes[suffix] ?? Number.NaN)
}

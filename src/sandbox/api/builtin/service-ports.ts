/** The rules of the ports of a Service. */
import { duplicate, type FieldError, invalidValue, required } from '../api-error.ts'
import type { Json } from '../json.ts'
import { validateDnsLabel, validateQualifiedName } from '../writing/metadata.ts'

/** Every rule that is broken; the paths begin with `spec.ports`. */
export function validateServicePorts(ports: readonly Json[]): FieldError[] {
  const single = ports.flatMap((port, index) => validatePort(`spec.ports[${index}]`, port, ports))
  const twice = ports.flatMap((port, index) => {
    const { port: number, protocol } = port
    const isFirst = ports.findIndex((other) => isSamePort(other, port)) === index
    return isFirst ? [] : [duplicate(`spec.ports[${index}]`, { protocol, port: number })]
  })
  return [...single, ...twice]
}

function validatePort(field: string, port: Json, ports: readonly Json[]): FieldError[] {
  const { name, port: number, targetPort, appProtocol } = port
  const errors: FieldError[] = []
  if (!name && ports.length > 1) errors.push(required(`${field}.name`))
  if (name) errors.push(...validateDnsLabel(`${field}.name`, String(name)))
  if (name && ports.find((other) => other.name === name) !== port)
    errors.push(duplicate(`${field}.name`, name))
  if (!isPort(number)) errors.push(invalidValue(`${field}.port`, number, portRule))
  errors.push(...validateTarget(`${field}.targetPort`, targetPort))
  if (typeof appProtocol === 'string')
    errors.push(...validateQualifiedName(`${field}.appProtocol`, appProtocol))
  return errors
}

function validateTarget(field: string, target: unknown): FieldError[] {
  if (typeof target === 'number')
    return isPort(target) ? [] : [invalidValue(field, target, portRule)]
  if (typeof target !== 'string') return []
  const wrong = portNameRules.filter(({ holds }) => !holds(target))
  return wrong.map(({ message }) => invalidValue(field, target, message))
}

const portNameRules = [
  { holds: (name: string) => name.length <= 15, message: 'must be no more than 15 characters' },
  {
    holds: (name: string) => /^[-a-z0-9]+$/.test(name),
    message: 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
  },
  {
    holds: (name: string) => /[a-z]/.test(name),
    message: 'must contain at least one letter (a-z)',
  },
  {
    holds: (name: string) => !name.includes('--'),
    message: 'must not contain consecutive hyphens',
  },
  {
    holds: (name: string) => !/^-|-$/.test(name),
    message: 'must not begin or end with a hyphen',
  },
]

const portRule = 'must be between 1 and 65535, inclusive'

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535
}

function isSamePort(a: Json, b: Json): boolean {
  return a.port === b.port && a.protocol === b.protocol
}

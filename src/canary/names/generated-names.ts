/** Names and labels that a Canary leads to, checked before anything is written. */
import type { Canary } from '../canary.ts'
import { leadsToPods } from './names.ts'

/** A name of DNS, and so of a Service, has this many characters at most. */
export const longestLabel = 63
/** As the API server has it for most kinds. */
const longestName = 253
const suffix = '-primary'

/**
 * What the API server would refuse of the objects that are generated, one sentence each. A name
 * that begins with a digit is left to the server: since Kubernetes 1.36 a Service may have one.
 */
export function nameProblems(canary: Canary): string[] {
  if (leadsToPods(canary.spec)) return copyProblems(canary)
  return [
    ...apexProblems(canary),
    ...copyProblems(canary),
    ...portProblems(canary),
    ...mapProblems(canary),
  ]
}

function apexProblems({ spec, names }: Canary): string[] {
  const { apex } = names
  if (apex === '') return []
  const field = spec.service?.name ? 'spec.service.name' : 'spec.targetRef.name'
  const most = longestLabel - suffix.length
  const why =
    apex.length > most
      ? `has ${apex.length} characters, and ${suffix} needs ${suffix.length} of the ${longestLabel} that a Service may have`
      : wrongLabel(apex)
  if (why === undefined) return []
  const wanted = `at most ${most} characters of a to z, 0 to 9 and -, a letter first`
  return [`${field} ${apex} ${why}; set spec.service.name to ${wanted}`]
}

/** What is wrong with a text as a label of DNS. */
function wrongLabel(text: string): string | undefined {
  if (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text)) return undefined
  return text.includes('.') ? 'has a dot, which no Service may have' : 'is no name of a Service'
}

/** Objects that are named after another one, which may have a longer name. */
function copyProblems({ spec, targetName }: Canary): string[] {
  const copies = [
    { field: 'spec.targetRef.name', name: targetName, ending: suffix },
    { field: 'spec.autoscalerRef.name', name: spec.autoscalerRef?.name, ending: suffix },
    { field: 'spec.ingressRef.name', name: spec.ingressRef?.name, ending: '-canary' },
    ...(spec.ingressRefs ?? []).map(({ name }, at) => {
      return { field: `spec.ingressRefs[${at}].name`, name, ending: '-canary' }
    }),
  ]
  return copies.flatMap(({ field, name = '', ending }) => {
    const most = longestName - ending.length
    if (name.length <= most) return []
    return [
      `${field} has ${name.length} characters, and ${ending} needs ${ending.length} of ` +
        `${longestName}; give the object a name of at most ${most}`,
    ]
  })
}

function portProblems({ spec }: Canary): string[] {
  const { port, portName, targetPort, appProtocol } = spec.service ?? {}
  const found: string[] = []
  if (port !== undefined && port > lastPort)
    found.push(`spec.service.port ${port} is no port; set it to at most ${lastPort}`)
  if (portName && (portName.length > longestLabel || wrongLabel(portName) !== undefined))
    found.push(
      `spec.service.portName "${portName}" is no name of a port; ` +
        `use at most ${longestLabel} characters of a to z, 0 to 9 and -`,
    )
  if (targetPort !== undefined && !isTarget(targetPort))
    found.push(
      `spec.service.targetPort "${targetPort}" is no port of a container; set its number, or its ` +
        'name of at most 15 characters of a to z, 0 to 9 and single -',
    )
  if (appProtocol && !isKey(appProtocol))
    found.push(
      `spec.service.appProtocol "${appProtocol}" is none; write it like http or example.com/name`,
    )
  return found
}

const lastPort = 65_535

function isTarget(port: number | string): boolean {
  if (typeof port === 'number') return port >= 0 && port <= lastPort
  if (port === '' || port === '0') return true
  return port.length <= 15 && /[a-z]/.test(port) && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(port)
}

/** Labels and annotations for the Services. */
function mapProblems({ spec }: Canary): string[] {
  const { service } = spec
  return (['apex', 'primary', 'canary'] as const).flatMap((role) => {
    const { labels = {}, annotations = {} } = service?.[role] ?? {}
    const field = `spec.service.${role}`
    const keys = [...Object.keys(labels), ...Object.keys(annotations)]
    return [
      ...keys
        .filter((key) => !isKey(key))
        .map(
          (key) => `${field} has the key "${key}", which is none; write it like example.com/name`,
        ),
      ...Object.entries(labels)
        .filter(([, value]) => !isLabelValue(value))
        .map(
          ([key, value]) =>
            `${field}.labels has ${key}: "${value}", which no label may have; use at most ` +
            `${longestLabel} letters, digits, -, _ and ., or an annotation`,
        ),
    ]
  })
}

function isKey(key: string): boolean {
  const [name = '', prefix, ...more] = key.split('/').reverse()
  const isNamed = name.length <= longestLabel && /^([a-z0-9][-\w.]*)?[a-z0-9]$/i.test(name)
  if (prefix === undefined) return isNamed
  const isPrefixed = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/i
  return isNamed && more.length === 0 && prefix.length <= longestName && isPrefixed.test(prefix)
}

function isLabelValue(value: string): boolean {
  return value.length <= longestLabel && /^(([a-z0-9][-\w.]*)?[a-z0-9])?$/i.test(value)
}

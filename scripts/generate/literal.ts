const width = 100

/**
 * A JSON value as TypeScript source in the format of this project. `before` is how much of the
 * line is taken already, indentation included.
 */
export function literal(value: unknown, before: number, indent = ''): string {
  const flat = flatten(value)
  if (before + flat.length < width) return flat
  const deeper = `${indent}  `
  if (Array.isArray(value))
    return `[\n${value.map((item) => `${deeper}${literal(item, deeper.length, deeper)},\n`).join('')}${indent}]`
  if (typeof value !== 'object' || value === null) return flat
  const fields = Object.entries(value).map(([name, field]) => {
    const head = `${deeper}${keyOf(name)}: `
    return `${head}${literal(field, head.length, deeper)},\n`
  })
  return `{\n${fields.join('')}${indent}}`
}

function flatten(value: unknown): string {
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  if (Array.isArray(value)) return `[${value.map(flatten).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).map(([name, field]) => `${keyOf(name)}: ${flatten(field)}`)
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}

const keyOf = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`)

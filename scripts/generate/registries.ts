import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { GeneratedFile, Generator } from './generator.ts'

/** A folder whose subfolders are things of one sort, each exported by its `index.ts`. */
export interface Axis {
  folder: string
  /** What the registry is called, and the type of its entries with the module that has it. */
  registry: string
  type: string
  from: string
  doc: string
  /** A type of the names of the folders, where other parts call the things by name. */
  names?: string
}

export const axes: readonly Axis[] = [
  {
    folder: 'src/routers',
    registry: 'providers',
    type: 'Provider',
    from: './provider.ts',
    doc: 'Every mesh, ingress and gateway',
  },
  {
    folder: 'src/workloads',
    registry: 'workloadKinds',
    type: 'WorkloadKind',
    from: './workload.ts',
    doc: 'Every kind of target',
  },
  {
    folder: 'src/scalers',
    registry: 'scalerKinds',
    type: 'ScalerKind',
    from: './scaler.ts',
    doc: 'Every kind of autoscaler',
  },
  {
    folder: 'src/metrics',
    registry: 'metricServices',
    type: 'MetricService',
    from: './provider.ts',
    doc: 'Every metric service',
  },
  {
    folder: 'src/notifiers',
    registry: 'notifierServices',
    type: 'NotifierService',
    from: './notifier.ts',
    doc: 'Every chat and paging service',
  },
  {
    folder: 'src/requests',
    registry: 'verbs',
    type: 'RequestVerb',
    from: './verb.ts',
    doc: 'Every verb that a person can ask for',
    names: 'Verb',
  },
]

const head = '// Generated from the folders beside it by `npm run generate`; not to be edited.\n'

/** One registry a folder: a new thing is a new folder, and nothing else is edited by hand. */
export const registries: Generator = async (root) => [
  ...(
    await Promise.all(
      axes.map(async (axis) => {
        const names = await foldersIn(join(root, axis.folder))
        return [registryOf(axis, names), ...unionOf(axis, names)]
      }),
    )
  ).flat(),
  planesOf(await foldersIn(join(root, 'src/routers'), 'plane.ts')),
  ...(await Promise.all(
    shownAxes.map(async (axis) =>
      shownIn(axis, await foldersIn(join(root, axis.folder), 'shown.ts')),
    ),
  )),
  ordersOf(await foldersIn(join(root, 'src/requests'), 'carry-out.ts')),
]

/** What the plugin loads of each kind: `shown.ts` alone, so that it starts fast. */
const shownAxes = [
  { folder: 'src/workloads', registry: 'shownWorkloads', type: 'ShownWorkload' },
  { folder: 'src/scalers', registry: 'shownScalers', type: 'ShownScaler' },
]

function shownIn(
  { folder, registry, type }: (typeof shownAxes)[number],
  names: string[],
): GeneratedFile {
  const imports = names.map(
    (name) => `import { shown as ${exportOf(name)} } from './${name}/shown.ts'\n`,
  )
  const text = [
    head,
    ...imports,
    `import type { ${type} } from './shown.ts'\n\n`,
    '/** What people are shown of every kind, in the order of the folders. */\n',
    `export const ${registry}: readonly ${type}[] = [\n`,
    ...names.map((name) => `  ${exportOf(name)},\n`),
    ']\n',
  ]
  return { path: `${folder}/shown.gen.ts`, text: text.join('') }
}

/** The data planes of the embedded cluster; no program of a real one loads them. */
function planesOf(names: string[]): GeneratedFile {
  const imports = names.flatMap((name) => [
    `import { ${exportOf(name)} } from '../routers/${name}/index.ts'\n`,
    `import { plane as ${exportOf(name)}Plane } from '../routers/${name}/plane.ts'\n`,
  ])
  const entries = names.map(
    (name) => `  { serves: ${exportOf(name)}.serves, plane: ${exportOf(name)}Plane },\n`,
  )
  const text = [
    '// Generated from the folders in src/routers by `npm run generate`; not to be edited.\n',
    ...imports,
    `import type { Plane } from './traffic/plane.ts'\n\n`,
    '/** The data plane of every provider that has one. */\n',
    'export const planes: readonly { serves(provider: string): boolean; plane: Plane }[] = [\n',
    ...entries,
    ']\n',
  ]
  return { path: 'src/sandbox/planes.gen.ts', text: text.join('') }
}

/** What the verbs bring about, apart from their rows: the plugin loads none of it. */
function ordersOf(names: string[]): GeneratedFile {
  const imports = [
    ...names.map((name) => ({
      name,
      what: `{ rules as ${exportOf(name)} }`,
      file: 'carry-out.ts',
    })),
    { name: 'taking', what: 'type { OrderRule }', file: 'order.ts' },
  ].sort((one, other) => one.name.localeCompare(other.name))
  const text = [
    head,
    ...imports.map(({ name, what, file }) => `import ${what} from './${name}/${file}'\n`),
    '\n',
    '/** The rules of each verb that is done at once. */\n',
    'export const verbRules: Readonly<Record<string, readonly OrderRule[]>> = {\n',
    ...names.map((name) => {
      const key = exportOf(name)
      return key === name ? `  ${name},\n` : `  '${name}': ${key},\n`
    }),
    '}\n',
  ]
  return { path: 'src/requests/orders.gen.ts', text: text.join('') }
}

function registryOf({ folder, registry, type, from, doc }: Axis, names: string[]): GeneratedFile {
  const imports = names.map((name) => `import { ${exportOf(name)} } from './${name}/index.ts'\n`)
  const entries = names.map((name) => `  ${exportOf(name)},\n`).join('')
  const text = [
    head,
    ...imports,
    `import type { ${type} } from '${from}'\n\n`,
    `/** ${doc}, in the order of their folders. */\n`,
    `export const ${registry}: readonly ${type}[] = [${entries === '' ? '' : `\n${entries}`}]\n`,
  ]
  return { path: `${folder}/registry.gen.ts`, text: text.join('') }
}

/** Apart from the registry, so that what the registry holds can name the type. */
function unionOf({ folder, names: type }: Axis, names: string[]): GeneratedFile[] {
  if (type === undefined) return []
  const union = names.map((name) => `\n  | '${name}'`).join('')
  const doc = '/** The names of the folders. */\n'
  return [{ path: `${folder}/names.gen.ts`, text: `${head}${doc}export type ${type} =${union}\n` }]
}

async function foldersIn(folder: string, file = 'index.ts'): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const withIndex = await Promise.all(
    folders.map(async (name) => (await readdir(join(folder, name))).includes(file)),
  )
  return folders.filter((_, at) => withIndex[at]).sort()
}

/** The export of `scaled-object` is `scaledObject`. */
export function exportOf(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

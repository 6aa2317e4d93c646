import { string as argument } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { UsageError } from '../../src/errors.ts'
import { nothingFound } from '../following/view.ts'
import { choose as findChosen } from '../input/choose.ts'
import { headerFlags, printFlags, selectFlags } from '../input/flag-groups.ts'
import { createItemReader, listText } from '../input/items.ts'
import { phaseFilter } from '../input/phase-filter.ts'
import { readSelection } from '../input/selection.ts'
import { clean } from '../output/clean.ts'
import {
  columnCells,
  documentText,
  type Format,
  readFormat,
  streamText,
} from '../output/formats.ts'
import { tableLines } from '../output/table.ts'
import { hasColumn, type ListItem } from '../output/views/list-view.ts'
import { CanaryCommand } from '../shell/base.ts'
import { exits, type Failure } from '../shell/failure.ts'
import { exitOf, tellFailures } from '../shell/failures.ts'
import type { Session } from '../shell/session.ts'

export class List extends CanaryCommand {
  static override place = 1
  static override aliases = ['get', 'ls']
  static override summary = 'List canaries with weight, step and checks'
  static override group = 'Look' as const
  static override synopsis =
    '[NAME...] [-l SELECTOR | -A] [-w] [-o FORMAT] [--sort-by=JSONPATH] [--phase=PHASE,...] [--attention] [options]'
  static override description =
    'WEIGHT is the share of traffic that the canary really gets, ~ where it can only be guessed. CHECKS is failed checks and the number that ends the run. REASON, on terminals of 120 columns or more, with -o wide and with --attention, says why a canary is not where it should be. SINCE is the time since the last write of the controller.'
  static override examples = [
    { description: 'The canaries of the namespace', command: '<%= config.bin %> list' },
    {
      description: 'All that are moving, anywhere',
      command: '<%= config.bin %> list -A --phase Progressing,WaitingPromotion',
    },
    {
      description: 'What needs somebody, and why',
      command: '<%= config.bin %> list -A --attention',
    },
    {
      description: 'Names of failed canaries',
      command: '<%= config.bin %> list --phase Failed -o name',
    },
  ]
  static override permissions = [
    'get, list, watch canaries.flagger.app',
    'get deployments, daemonsets and the kinds of the mesh; for reasons also: list events and pods;',
    'what may not be read is left out',
  ]
  static override exitCodes = ['0  done, also when there is none', '1  error', '2  wrong usage']
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = {
    ...selectFlags,
    ...printFlags,
    ...headerFlags,
    watch: boolean({ summary: 'Go on showing changes', char: 'w', allowNo: true }),
    'sort-by': string({ summary: 'Sort by the value of this JSONPath' }),
    'show-labels': boolean({ summary: 'Show all labels in the last column', allowNo: true }),
    'label-columns': string({
      summary: 'Labels to show as columns; comma-separated, can be repeated',
      char: 'L',
      multiple: true,
      multipleNonGreedy: true,
    }),
    phase: string({
      summary:
        'Only canaries in these phases, or with this STATUS; comma-separated, ! for all others',
    }),
    attention: boolean({
      summary: 'Only canaries that wait for somebody, have failed, or do not move, and why',
      allowNo: true,
    }),
    stuck: boolean({ summary: 'An earlier name of --attention', hidden: true, allowNo: true }),
    'field-selector': string({ summary: 'metadata.name or metadata.namespace, as in kubectl get' }),
    'ignore-not-found': boolean({
      summary: 'A name that does not exist is no error',
      allowNo: true,
    }),
  }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(List)
    const selection = readSelection(argv.map(String), flags)
    const terminal = this.terminalOf(flags)
    const format = await readFormat(flags.output, { wide: true, columns: true }, terminal.readFile)
    if (flags.watch && (selection.named.length > 0 || selection.files.length > 0))
      throw new UsageError('you may only watch a list, not names; use watch NAME')
    const choose = choiceOf(flags)
    const session = await this.session(flags)
    const wide = format.kind === 'text' && format.wide
    const needsAttention = flags.attention || flags.stuck
    const reasons =
      needsAttention || wide || (format.kind === 'text' && hasColumn(terminal.width ?? 0))
    const { allNamespaces } = selection
    const read = createItemReader(session, { reasons, allNamespaces })
    const found = await findChosen(selection, session)
    const failures = found
      .flatMap(({ failure }) => failure ?? [])
      .filter((failure) => !(flags['ignore-not-found'] && isNotFound(failure)))
    const choice = async (resources: readonly CanaryResource[]) => {
      const chosen = await choose(resources)
      return needsAttention ? attentive(chosen, await read(chosen)) : chosen
    }
    const sorted = await choice(found.flatMap(({ resource }) => resource ?? []))

    const options = {
      style: terminal.style,
      wide,
      reasons,
      namespaces: selection.allNamespaces,
      headers: !flags['no-headers'],
      showLabels: flags['show-labels'],
      labelColumns: (flags['label-columns'] ?? []).flatMap((keys) => keys.split(',')),
    }
    const single = selection.named.length === 1 && selection.files.length === 0
    const bare = (resources: readonly CanaryResource[]) =>
      keepsManaged(format) || flags['show-managed-fields']
        ? resources
        : resources.map(withoutManaged)
    // On a terminal the live table is drawn in this place.
    const isDrawn = flags.watch && terminal.isTerminal && format.kind === 'text'
    const nothing = nothingText(needsAttention, allNamespaces, session)
    const text = async (resources: readonly CanaryResource[], headers: boolean) => {
      if (format.kind !== 'text') return streamedText(format, bare(resources), headers)
      if (resources.length === 0 && isDrawn) return nothing
      return listText(resources, read, session, { ...options, headers })
    }
    if (format.kind !== 'text' && !flags.watch)
      terminal.out(await machineText(format, bare(sorted), { single, headers: options.headers }))
    else if (!isDrawn) terminal.out(await text(sorted, options.headers))
    if (sorted.length === 0 && failures.length === 0 && format.kind === 'text' && !isDrawn)
      terminal.err(nothing)
    tellFailures(failures, terminal)
    if (flags.watch && failures.length === 0) {
      const { watchTable } = await import('../following/live-table.ts')
      return watchTable(session, {
        selection,
        choose: choice,
        text: (resources, isWhole) => text(resources, isWhole && options.headers),
        isDrawn,
        shown: sorted,
      })
    }
    return exitOf(sorted.length, failures)
  }
}

interface ChoiceFlags {
  phase: string | undefined
  'field-selector': string | undefined
  'sort-by': string | undefined
}

/** Which canaries to show, and in what order. Throws UsageError for flags that say nothing. */
function choiceOf({ phase, 'field-selector': fields, 'sort-by': path }: ChoiceFlags) {
  const isInPhase = phaseFilter(phase)
  const hasFields = fieldFilter(fields)
  return (resources: readonly CanaryResource[]): Promise<CanaryResource[]> =>
    sortBy(
      path,
      resources.filter((resource) => isInPhase(resource) && hasFields(resource)),
    )
}

/** Objects of a stream, each as a document of its own. */
async function streamedText(
  format: Exclude<Format, { kind: 'text' }>,
  objects: readonly CanaryResource[],
  headers: boolean,
): Promise<string> {
  if (format.kind === 'name' || format.kind === 'columns')
    return objects.length > 0 ? machineText(format, objects, { single: false, headers }) : ''
  const texts = await Promise.all(objects.map((object) => streamText(format, object)))
  return texts.join('')
}

async function machineText(
  format: Exclude<Format, { kind: 'text' }>,
  objects: readonly CanaryResource[],
  { single, headers }: { single: boolean; headers: boolean },
): Promise<string> {
  if (format.kind === 'name')
    return objects.map(({ metadata }) => `canary.flagger.app/${clean(metadata.name)}\n`).join('')
  if (format.kind === 'columns') {
    const { header, rows } = await columnCells(format.columns, objects)
    return `${tableLines(headers ? header : undefined, rows).join('\n')}\n`
  }
  const [first] = objects
  if (single) return first ? documentText(format, first) : ''
  return documentText(format, {
    apiVersion: 'v1',
    items: objects,
    kind: 'List',
    metadata: { resourceVersion: '' },
  })
}

/** As in kubectl, only documents leave managedFields out. */
function keepsManaged({ kind }: Format): boolean {
  return kind === 'jsonpath' || kind === 'columns'
}

function nothingText(needsAttention: boolean, everywhere: boolean, session: Session): string {
  if (!needsAttention) return nothingFound(everywhere, session)
  return `Nothing needs attention${everywhere ? '' : ` in ${session.namespace} namespace`}.\n`
}

/** Those of which the report says that somebody should look. */
function attentive(
  resources: readonly CanaryResource[],
  items: readonly ListItem[],
): CanaryResource[] {
  return resources.filter((_, at) => items[at]?.report.needsAttention === true)
}

function withoutManaged(resource: CanaryResource): CanaryResource {
  const { managedFields: _, ...metadata } = resource.metadata
  return { ...resource, metadata }
}

function fieldFilter(selector: string | undefined): (resource: CanaryResource) => boolean {
  if (selector === undefined) return () => true
  const tests = selector.split(',').map((term) => {
    const [, field = '', operator = '', value = ''] = /^([^=!]+)(==?|!=)(.*)$/.exec(term) ?? []
    if (field !== 'metadata.name' && field !== 'metadata.namespace')
      throw new UsageError(`field label not supported: ${field || term}`)
    const key = field === 'metadata.name' ? 'name' : 'namespace'
    return ({ metadata }: CanaryResource) => (metadata[key] === value) !== (operator === '!=')
  })
  return (resource) => tests.every((test) => test(resource))
}

async function sortBy(
  path: string | undefined,
  resources: CanaryResource[],
): Promise<CanaryResource[]> {
  if (path === undefined) return resources
  const { jsonpathValues } = await import('../output/jsonpath.ts')
  const keyed = resources.map((resource) => ({ resource, key: jsonpathValues(path, resource)[0] }))
  if (keyed.length > 0 && keyed.every(({ key }) => key === undefined))
    throw new UsageError(`couldn't find any field with path "${path}" in the list of objects`)
  return keyed.sort((one, other) => compare(one.key, other.key)).map(({ resource }) => resource)
}

function compare(one: unknown, other: unknown): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  return String(one ?? '').localeCompare(String(other ?? ''), 'en', { numeric: false })
}

function isNotFound({ exit, message }: Failure): boolean {
  return exit === exits.error && message.includes('(NotFound)')
}

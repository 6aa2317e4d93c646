import { string as argument } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { UsageError } from '../../src/errors.ts'
import { nothingFound } from '../following/view.ts'
import { choiceOf } from '../input/choice.ts'
import { lookedFor } from '../input/chosen.ts'
import { headerFlags, printFlags, selectFlags } from '../input/flag-groups.ts'
import { createItemReader, listText } from '../input/items.ts'
import { readSelection, type Selection } from '../input/selection.ts'
import { clean } from '../output/clean.ts'
import { columnCells, documentText, type Format, streamText } from '../output/formats.ts'
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
    if (flags.watch && (selection.named.length > 0 || selection.files.length > 0))
      throw new UsageError('you may only watch a list, not names; use watch NAME')
    const select = choiceOf(flags)
    const formats = { wide: true, columns: true }
    const looked = await lookedFor(selection, flags.output, { ...this.beginning(flags), formats })
    const { format, session, resources } = looked
    const listing = listingOf({ flags, selection, format, select, session })
    const failures = looked.failures.filter(
      (failure) => !(flags['ignore-not-found'] && isNotFound(failure)),
    )
    const chosen = await listing.choose(resources)
    await print(chosen, listing, { isComplete: failures.length === 0 })
    tellFailures(failures, terminal)
    return flags.watch && failures.length === 0
      ? follow(chosen, listing)
      : exitOf(chosen.length, failures)
  }
}

interface ListFlags {
  watch: boolean
  attention: boolean
  stuck: boolean
  'no-headers': boolean
  'show-labels': boolean
  'show-managed-fields': boolean
  'label-columns'?: string[] | undefined
}

/** What to show, and how. */
interface Listing {
  flags: ListFlags
  selection: Selection
  format: Format
  session: Session
  /** On a terminal the live table is drawn in place of a text. */
  isDrawn: boolean
  /** What is said where there is nothing to show. */
  nothing: string
  /** Which canaries, in their order. */
  choose(resources: readonly CanaryResource[]): Promise<CanaryResource[]>
  /** The objects as documents have them. */
  bare(resources: readonly CanaryResource[]): readonly CanaryResource[]
  table(resources: readonly CanaryResource[], headers: boolean): Promise<string>
  /** What the table lacks, where that was not told. */
  lacks(): string[]
}

function listingOf(
  of: Pick<Listing, 'flags' | 'selection' | 'format' | 'session'> & { select: Listing['choose'] },
): Listing {
  const { flags, selection, format, session, select } = of
  const { terminal } = session
  const { allNamespaces } = selection
  const isText = format.kind === 'text'
  const wide = isText && format.wide
  const needsAttention = flags.attention || flags.stuck
  const reasons = needsAttention || wide || (isText && hasColumn(terminal.width ?? 0))
  const isDrawn = flags.watch && terminal.isTerminal && isText
  const read = createItemReader(session, { reasons, allNamespaces, isDrawn })
  const shape = {
    ...{ style: terminal.style, wide, reasons, namespaces: allNamespaces },
    showLabels: flags['show-labels'],
    labelColumns: (flags['label-columns'] ?? []).flatMap((keys) => keys.split(',')),
  }
  const isWhole = keepsManaged(format) || flags['show-managed-fields']
  return {
    ...of,
    isDrawn,
    nothing: nothingText(needsAttention, allNamespaces, session),
    async choose(resources) {
      const chosen = await select(resources)
      return needsAttention ? attentive(chosen, await read.items(chosen)) : chosen
    },
    bare: (resources) => (isWhole ? resources : resources.map(withoutManaged)),
    table: (resources, headers) => listText(resources, read, session, { ...shape, headers }),
    lacks: read.lacks,
  }
}

/** The first text; below it a live table, or the stream of changes, may follow. */
async function print(
  chosen: readonly CanaryResource[],
  listing: Listing,
  { isComplete }: { isComplete: boolean },
): Promise<void> {
  const { flags, selection, format, isDrawn, nothing, session, bare } = listing
  const { terminal } = session
  const headers = !flags['no-headers']
  const single = selection.named.length === 1 && selection.files.length === 0
  if (format.kind !== 'text' && !flags.watch)
    terminal.out(await machineText(format, bare(chosen), { single, headers }))
  else if (!isDrawn) terminal.out(await textOf(chosen, listing, headers))
  if (chosen.length === 0 && isComplete && format.kind === 'text' && !isDrawn) terminal.err(nothing)
}

/** The same again with each change, until somebody ends it. */
async function follow(shown: CanaryResource[], listing: Listing): Promise<number> {
  const { session, selection, choose, isDrawn, flags, lacks } = listing
  const { watchTable } = await import('../following/live-table.ts')
  return watchTable(session, {
    ...{ selection, choose, lacks, isDrawn, shown },
    text: (resources, isWhole) => textOf(resources, listing, isWhole && !flags['no-headers']),
  })
}

async function textOf(
  resources: readonly CanaryResource[],
  { format, bare, isDrawn, nothing, table }: Listing,
  headers: boolean,
): Promise<string> {
  if (format.kind !== 'text') return streamedText(format, bare(resources), headers)
  return resources.length === 0 && isDrawn ? nothing : table(resources, headers)
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

function isNotFound({ exit, message }: Failure): boolean {
  return exit === exits.error && message.includes('(NotFound)')
}

import { string as argument } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import { type Imported, importRollout } from '../../src/drafts/rollout/import.ts'
import type { ImportRemark } from '../../src/drafts/rollout/rollout.ts'
import { UsageError } from '../../src/errors.ts'
import { unreadText } from '../../src/report/unread.ts'
import { commentedYaml } from '../drafting/yaml.ts'
import { inCluster, inFiles, rolloutNames, type Sources } from '../importing/sources.ts'
import { outputFlag, selectFlags } from '../input/flag-groups.ts'
import { clean } from '../output/clean.ts'
import { documentText, type Format, readDocumentFormat } from '../output/formats.ts'
import { CanaryCommand, type GlobalValues } from '../shell/base.ts'
import { exits } from '../shell/failure.ts'
import { note, type Terminal, warn } from '../shell/terminal.ts'
import { writeText } from '../shell/write-file.ts'

export class Import extends CanaryCommand {
  static override place = 5
  static override meantBy = ['convert', 'migrate']
  static override completes = 'nothing' as const
  static override summary = 'Write Canaries for the Rollouts of Argo Rollouts'
  static override group = 'Prepare' as const
  static override synopsis =
    '(rollout/NAME... | -f FILE | --all) [--provider=auto] [--report=FILE] [--strict] [-o yaml|json] [options]'
  static override description =
    'Prints a Deployment (unless the Rollout refers to one), its autoscaler, MetricTemplates and a Canary for each Rollout; nothing is applied. AnalysisTemplates, Services, autoscalers and routes are read from the same files, or from the cluster. What is changed, what is lost and what a person must still do is told on stderr.'
  static override examples = [
    {
      description: 'From manifests, without a cluster',
      command: '<%= config.bin %> import -f rollout.yaml -f analysis.yaml > canary.yaml',
    },
    {
      description: 'From the cluster, with a report',
      command: '<%= config.bin %> import rollout/podinfo --report=report.md > canary.yaml',
    },
  ]
  static override permissions = [
    'list rollouts, analysistemplates and clusteranalysistemplates (argoproj.io)',
    'list services, deployments, horizontalpodautoscalers, virtualservices and httproutes:',
    'what may not be read is left out; with -f none',
  ]
  static override exitCodes = [
    '0  done, perhaps with warnings',
    '1  error, or no such Rollout',
    '2  wrong usage',
    '3  something essential is lost; with --strict also anything else',
  ]
  static override strict = false
  static override args = { rollouts: argument({ ignoreStdin: true }) }
  static override flags = {
    filename: selectFlags.filename,
    recursive: selectFlags.recursive,
    all: boolean({ summary: 'All Rollouts of the namespace', allowNo: true }),
    output: outputFlag('yaml', 'json'),
    provider: string({
      summary: 'Mesh or ingress; auto is what the Rollout says',
      default: 'auto',
    }),
    report: string({ summary: 'Write what is changed and lost to this file, too' }),
    strict: boolean({ summary: 'Whatever is lost counts as essential', allowNo: true }),
  }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Import)
    const terminal = this.terminalOf(flags)
    const format = await readDocumentFormat(flags.output ?? 'yaml', terminal.readFile)
    const { rollouts, around, unread } = await this.sources(argv.map(String), flags, terminal)
    const provider = flags.provider === 'auto' ? undefined : flags.provider
    const hidden = new Set(unread.map(({ kind }) => kind))
    const imported = rollouts.map((one) => importRollout(one, around, { provider, hidden }))
    terminal.out(await textOf(imported, format))
    for (const one of unread) note(terminal, `${unreadText(one)}: the import lacks what they say`)
    for (const one of imported) tell(one, terminal)
    if (flags.report !== undefined) await writeText(flags.report, reportText(imported))
    const weights = new Set(imported.flatMap(({ remarks }) => remarks.map(({ weight }) => weight)))
    const isBad = weights.has('essential') || (flags.strict && weights.has('lost'))
    return isBad ? exits.bad : exits.done
  }

  private async sources(
    words: readonly string[],
    flags: GlobalValues & { filename?: string[] | undefined; recursive: boolean; all: boolean },
    terminal: Terminal,
  ): Promise<Sources> {
    const { filename = [], recursive, all } = flags
    const ways = [words.length > 0, filename.length > 0, all].filter(Boolean)
    if (ways.length !== 1)
      throw new UsageError(
        'name a Rollout (rollout/NAME), or give its manifest with -f FILE, or --all',
      )
    if (filename.length > 0) return inFiles(filename, recursive, terminal)
    return inCluster(rolloutNames(words), all, await this.session(flags))
  }
}

/** One document after the other, each Canary behind what it needs. */
async function textOf(imported: readonly Imported[], format: Format): Promise<string> {
  if (format.kind !== 'yaml') {
    const items = imported.flatMap(({ canary, others }) => [...others, canary])
    return documentText(format, { apiVersion: 'v1', items, kind: 'List' })
  }
  return imported
    .flatMap(({ canary, others, comments }) => [
      ...others.map((one) => commentedYaml(one, {})),
      commentedYaml(canary, comments),
    ])
    .join('---\n')
}

function tell({ canary, remarks }: Imported, terminal: Terminal): void {
  for (const one of remarks) {
    const text = `${clean(canary.metadata.name)}: ${wordsOf(one)}`
    if (one.weight === 'essential' || one.weight === 'lost') warn(terminal, text)
    else note(terminal, text)
  }
}

/** On one line, whatever a Rollout says. */
function wordsOf({ field, message }: ImportRemark): string {
  return clean(`${field}: ${message}`)
}

const headings: Readonly<Record<ImportRemark['weight'], string>> = {
  essential: 'Lost, and needed',
  lost: 'Lost',
  changed: 'Changed',
  todo: 'To be done',
}

function reportText(imported: readonly Imported[]): string {
  const parts = imported.flatMap(({ canary, remarks }) => [
    `# Canary ${clean(canary.metadata.name)}`,
    ...Object.entries(headings).flatMap(([weight, heading]) => {
      const own = remarks.filter((one) => one.weight === weight)
      return own.length > 0
        ? [`## ${heading}`, own.map((one) => `- ${wordsOf(one)}`).join('\n')]
        : []
    }),
    ...(remarks.length === 0 ? ['Everything was carried over.'] : []),
  ])
  return `${parts.join('\n\n')}\n`
}

import { string as argument } from '@oclif/core/args'
import { boolean, integer, string } from '@oclif/core/flags'
import {
  type Draft,
  type DraftOptions,
  type DraftStrategy,
  draftCanary,
  strategies,
} from '../../src/drafts/generate.ts'
import { UsageError } from '../../src/errors.ts'
import { inCluster, inFiles, workloadNamed } from '../drafting/surroundings.ts'
import { commentedYaml } from '../drafting/yaml.ts'
import { readTime } from '../input/durations.ts'
import { outputFlag, selectFlags } from '../input/flag-groups.ts'
import { readFiles } from '../input/manifests.ts'
import { documentText, readDocumentFormat } from '../output/formats.ts'
import { CanaryCommand } from '../shell/base.ts'
import { exits, Failure } from '../shell/failure.ts'
import { note } from '../shell/terminal.ts'

export class Generate extends CanaryCommand {
  static override place = 2
  static override completes = 'workloads' as const
  static override aliases = ['init']
  static override summary = 'Write a first Canary for a workload'
  static override group = 'Prepare' as const
  static override synopsis =
    '(deploy/NAME | ds/NAME | -f FILE) [--strategy=canary] [--provider=auto] [--port=N] [--load-test] [--gate=promotion] [--hpa=auto] [--metric-templates] [-o yaml|json] [options]'
  static override description =
    'Prints a Canary with a comment on each choice; nothing is applied. Port, Service and autoscaler are those of the workload, and the provider is the mesh that the cluster has. What was found, and what is still to be done, is told on stderr.'
  static override examples = [
    {
      description: 'For a Deployment of the cluster',
      command: '<%= config.bin %> generate deploy/podinfo > canary.yaml',
    },
    {
      description: 'From its manifest, with a gate before the promotion',
      command: '<%= config.bin %> generate -f podinfo.yaml --provider=istio --gate=promotion',
    },
  ]
  static override permissions = [
    'get deployments or daemonsets; list services and autoscalers:',
    'what may not be read is left out; with -f none',
  ]
  static override exitCodes = [
    '0  done',
    '1  error, or no such workload',
    '2  wrong usage',
    '3  the workload can not be released: its pods can not be told apart',
  ]
  static override strict = false
  static override args = { workload: argument({ ignoreStdin: true }) }
  static override flags = {
    filename: selectFlags.filename,
    recursive: selectFlags.recursive,
    output: outputFlag('yaml', 'json'),
    name: string({ summary: 'Name of the Canary; default is that of the workload' }),
    port: integer({ summary: 'The port that users call', min: 1, max: 65_535 }),
    provider: string({ summary: 'Mesh or ingress; auto is what the cluster has', default: 'auto' }),
    strategy: string({
      summary: 'How a new version is tried',
      options: [...strategies],
      default: 'canary',
    }),
    interval: string({ summary: 'Time between two checks', default: '1m' }),
    'max-weight': integer({
      summary: 'Largest share of the canary',
      default: 50,
      min: 1,
      max: 100,
    }),
    'step-weight': integer({ summary: 'Share of each step', default: 5, min: 1, max: 100 }),
    'step-weights': string({ summary: 'Shares one after the other, such as 1,5,25' }),
    threshold: integer({ summary: 'Failed checks that roll back', default: 5, min: 1 }),
    'success-rate': integer({ summary: 'Least percentage of good answers', default: 99, max: 100 }),
    latency: string({ summary: 'Longest time of an answer', default: '500ms' }),
    hpa: string({
      summary: 'Autoscaler of the target: auto, none, or its name',
      default: 'auto',
    }),
    'metric-templates': boolean({
      summary: 'Write the built-in queries as MetricTemplates, to be changed by hand',
      allowNo: true,
    }),
    'load-test': boolean({ summary: 'With requests by the load tester', allowNo: true }),
    gate: string({
      summary: 'A gate that a person opens',
      options: ['rollout', 'traffic', 'promotion'],
    }),
  }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Generate)
    const { filename = [], recursive } = flags
    if (argv.length > 0 === filename.length > 0)
      throw new UsageError('name a workload (deploy/NAME), or its manifest with -f FILE')
    const terminal = this.terminalOf(flags)
    const format = await readDocumentFormat(flags.output ?? 'yaml', terminal.readFile)
    const found =
      filename.length > 0
        ? inFiles(await readFiles(filename, recursive, { terminal, requestTimeoutMs: undefined }))
        : await inCluster(workloadNamed(argv.map(String)), await this.session(flags), {
            wantsProvider: flags.provider === 'auto',
            scaler: flags.hpa,
          })
    const provider = flags.provider === 'auto' ? found.provider : flags.provider
    const draft = draftCanary(found.workload, found.around, { ...optionsOf(flags), provider })
    if ('why' in draft) throw new Failure(`error: ${draft.why}`, { exit: exits.bad })
    terminal.out(format.kind === 'yaml' ? yamlOf(draft) : await documentText(format, listOf(draft)))
    for (const text of [...found.notes, ...draft.notes]) note(terminal, text)
    return exits.done
  }
}

/** One document for each object; the comments are those of the Canary. */
function yamlOf({ canary, templates, comments }: Draft): string {
  const others = templates.map((one) => commentedYaml(one, {}))
  return [...others, commentedYaml(canary, comments)].join('---\n')
}

/** The Canary alone, or a List where it needs templates. */
function listOf({ canary, templates }: Draft): object {
  if (templates.length === 0) return canary
  return { apiVersion: 'v1', items: [...templates, canary], kind: 'List' }
}

interface Given {
  name: string | undefined
  port: number | undefined
  strategy: string
  interval: string
  'max-weight': number
  'step-weight': number
  'step-weights': string | undefined
  threshold: number
  'success-rate': number
  latency: string
  'load-test': boolean
  hpa: string
  'metric-templates': boolean
  gate: string | undefined
}

function optionsOf(flags: Given): Omit<DraftOptions, 'provider'> {
  const { name, port, interval, threshold } = flags
  readTime('--interval', interval)
  return {
    ...{ name, port, interval, threshold },
    // oclif has checked both against their options.
    strategy: flags.strategy as DraftStrategy,
    gate: flags.gate as DraftOptions['gate'],
    maxWeight: flags['max-weight'],
    stepWeight: flags['step-weight'],
    stepWeights: readWeights(flags['step-weights']),
    successRate: flags['success-rate'],
    latencyMs: readTime('--latency', flags.latency),
    loadTest: flags['load-test'],
    hpa: flags.hpa,
    metricTemplates: flags['metric-templates'],
  }
}

function readWeights(text: string | undefined): number[] {
  if (text === undefined) return []
  const weights = text.split(',').map(Number)
  const grow = weights.every((weight, at) => weight > (weights[at - 1] ?? 0) && weight <= 100)
  if (grow && weights.every(Number.isInteger)) return weights
  throw new UsageError(`invalid --step-weights "${text}": list growing numbers from 1 to 100`)
}

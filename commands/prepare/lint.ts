import { boolean, string } from '@oclif/core/flags'
import { UsageError } from '../../src/errors.ts'
import { isLinted, lint } from '../../src/lint/lint.ts'
import { permitted } from '../../src/report/reading/permitted.ts'
import { asNeeded } from '../../src/report/reading/rounds.ts'
import { outputFlag, selectFlags } from '../input/flag-groups.ts'
import { readFiles } from '../input/manifests.ts'
import { readDocuments } from '../linting/documents.ts'
import { githubText, lintText, sarifOf } from '../linting/print.ts'
import { jsonText } from '../output/documents.ts'
import { documentText, readDocumentFormat } from '../output/formats.ts'
import { CanaryCommand, clientVersion } from '../shell/base.ts'
import { exits } from '../shell/failure.ts'
import { readerOf } from '../shell/reader.ts'
import { note } from '../shell/terminal.ts'

export class Lint extends CanaryCommand {
  static override place = 1
  static override meantBy = ['validate']
  static override completes = 'nothing' as const
  static override summary = 'Check manifests of canaries, offline'
  static override group = 'Prepare' as const
  static override synopsis =
    '-f FILE... [-R] [--strict] [--live] [--skip=CODE,...] [-o text|json|yaml|sarif|github] [options]'
  static override description =
    'Checks Canaries, MetricTemplates and AlertProviders, and Canaries against the workloads, Services and autoscalers of the same files; other kinds are left out. Every finding is printed, with file, line, column and a code. No cluster is asked, but with --live, which looks there for what the files refer to. Helm and kustomize are read from stdin.'
  static override examples = [
    { description: 'A folder', command: '<%= config.bin %> lint -f deploy/ -R' },
    {
      description: 'What kustomize makes',
      command: 'kubectl kustomize overlays/prod | <%= config.bin %> lint -f -',
    },
    {
      description: 'What Helm makes, as annotations of a workflow',
      command: 'helm template shop ./chart | <%= config.bin %> lint -f - -o github',
    },
  ]
  static override permissions = [
    'none; with --live: get metrictemplates, alertproviders and secrets',
  ]
  static override exitCodes = [
    '0  nothing wrong, or warnings only',
    '1  a file can not be read, or is no YAML',
    '2  wrong usage',
    '3  errors; with --strict also warnings',
  ]
  static override flags = {
    filename: selectFlags.filename,
    recursive: selectFlags.recursive,
    output: outputFlag('text', 'json', 'yaml', 'sarif', 'github'),
    strict: boolean({ summary: 'Warnings count as errors', allowNo: true }),
    live: boolean({ summary: 'Look in the cluster for what the files refer to', allowNo: true }),
    skip: string({ summary: 'Codes that are not told; comma-separated' }),
  }

  async run(): Promise<number> {
    const { flags } = await this.parse(Lint)
    const { filename = [], output, recursive, strict } = flags
    if (filename.length === 0) throw new UsageError('name the manifests with -f FILE; - is stdin')
    const terminal = this.terminalOf(flags)
    const own = output === 'text' ? undefined : output
    const isOther = own !== 'sarif' && own !== 'github'
    const format = isOther ? await readDocumentFormat(own, terminal.readFile) : undefined
    const files = await readFiles(filename, recursive, { terminal, requestTimeoutMs: undefined })
    const documents = files.flatMap(readDocuments)
    const skip = (flags.skip ?? '').split(',').map((code) => code.trim().toUpperCase())
    const options = { now: new Date(), skip }
    const result = flags.live
      ? await asNeeded(
          (live) => lint(documents, { ...options, live }),
          permitted(readerOf(await this.session(flags))),
        )
      : lint(documents, options)
    if (own === 'sarif') terminal.out(jsonText(sarifOf(result, clientVersion)))
    else if (own === 'github') terminal.out(githubText(result))
    else if (!format || format.kind === 'text') terminal.out(lintText(result, terminal.style))
    else terminal.out(await documentText(format, result))
    if (!documents.some(({ value }) => isLinted(value)))
      note(terminal, 'nothing was checked: no Canary, MetricTemplate or AlertProvider is there')
    const { errors, warnings } = result.counts
    return errors > 0 || (strict && warnings > 0) ? exits.bad : exits.done
  }
}

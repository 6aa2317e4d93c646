import { string as argument } from '@oclif/core/args'
import { boolean, integer } from '@oclif/core/flags'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import {
  type CanaryDiff,
  type Compared,
  comparedObjects,
  promotionDiff,
} from '../../src/diff/promotion.ts'
import { KubeError } from '../../src/errors.ts'
import { asHandled } from '../../src/report/as-handled.ts'
import { permitted } from '../../src/report/reading/permitted.ts'
import { readPromotion } from '../../src/report/reading/promotion.ts'
import { unreadText } from '../../src/report/unread.ts'
import { runExternalDiff } from '../diffing/external.ts'
import { choose } from '../input/choose.ts'
import { outputFlag, selectFlags } from '../input/flag-groups.ts'
import { readSelection, requireSelection } from '../input/selection.ts'
import { clean } from '../output/clean.ts'
import { readFormat, reportsText } from '../output/formats.ts'
import { diffLines } from '../output/views/diff-view.ts'
import { CanaryCommand } from '../shell/base.ts'
import { exits, Failure, failureOf } from '../shell/failure.ts'
import { tellFailures } from '../shell/failures.ts'
import { readerOf } from '../shell/reader.ts'
import type { Session } from '../shell/session.ts'
import { note } from '../shell/terminal.ts'

/** As `kubectl diff`: 1 is a difference, and what went wrong is above it. */
const diffExits = { different: 1, trouble: 7 } as const

export class Diff extends CanaryCommand {
  static override place = 3
  static override summary = 'Show what a promotion would change'
  static override group = 'Understand' as const
  static override synopsis =
    '(NAME... | -l SELECTOR | --all | -f FILE) [--show-secrets] [--context-lines=3] [-o FORMAT] [options]'
  static override description =
    'The primary, its copies of ConfigMaps and Secrets and its autoscaler, as they are and as a promotion of the target as it is now would make them. Values of Secrets are not shown. Nothing is changed. KUBECTL_EXTERNAL_DIFF names a program that compares, as for kubectl diff.'
  static override examples = [
    { description: 'Before it is promoted', command: '<%= config.bin %> diff podinfo' },
  ]
  static override permissions = [
    'get canaries.flagger.app',
    'get target, primary and autoscaler, and the ConfigMaps and Secrets that the target uses:',
    'what may not be read is left out',
  ]
  static override exitCodes = ['0  no difference', '1  differences', '2  wrong usage', '7  error']
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = {
    ...selectFlags,
    output: outputFlag('json', 'yaml', 'name'),
    'show-secrets': boolean({ summary: 'Show the values of Secrets', allowNo: true }),
    'context-lines': integer({
      summary: 'Unchanged lines around a change in a text of several lines',
      default: 3,
      min: 0,
    }),
  }

  async run(): Promise<number> {
    try {
      return await this.compare()
    } catch (error) {
      throw withDiffExit(error)
    }
  }

  private async compare(): Promise<number> {
    const { argv, flags } = await this.parse(Diff)
    const selection = readSelection(argv.map(String), flags)
    requireSelection(selection)
    const terminal = this.terminalOf(flags)
    const rules = { wide: false, columns: false }
    const format = await readFormat(flags.output, rules, terminal.readFile)
    const session = await this.session(flags)
    const found = await choose(selection, session)
    const showSecrets = flags['show-secrets']
    const looked = await Promise.all(
      found.map(({ resource, failure }): Looked | Promise<Looked> =>
        resource ? diffOf(resource, session, { showSecrets }) : noDiff(failure),
      ),
    )
    const diffs = looked.flatMap(({ diff }) => diff ?? [])
    const compared = looked.flatMap((one) => one.compared ?? [])
    const failures = looked.flatMap(({ failure }) => failure ?? [])
    const single = selection.named.length === 1 && selection.files.length === 0
    const { KUBECTL_EXTERNAL_DIFF: program } = process.env
    if (format.kind !== 'text') terminal.out(await reportsText(format, diffs, single))
    else if (program) await runExternalDiff(program, compared)
    else {
      const lines = diffs.flatMap((diff) => diffLines(diff, terminal.style, flags['context-lines']))
      if (lines.length > 0) terminal.out(`${lines.join('\n')}\n`)
    }
    tellFailures(failures, terminal)
    if (failures.length > 0) return diffExits.trouble
    return diffs.some(({ objects }) => objects.length > 0) ? diffExits.different : exits.done
  }
}

interface Looked {
  diff?: CanaryDiff
  compared?: Compared[]
  failure?: Failure | undefined
}

function noDiff(failure: Failure | undefined): Looked {
  return { failure }
}

async function diffOf(
  resource: CanaryResource,
  session: Session,
  options: { showSecrets: boolean },
): Promise<Looked> {
  const handled = asHandled(resource)
  const { name, namespace } = handled.canary
  const shown = session.commands.name(resource.metadata)
  const mayRead = permitted(readerOf(session))
  const { answer, problem } = await readPromotion(handled, mayRead)
  const hidden = [...mayRead.denied]
  if (!answer) {
    const [unread] = mayRead.unread()
    // What may not be read is not missing by that.
    const why = unread ? unreadText(unread) : (problem ?? 'what it refers to leads on and on')
    const text = `error: ${shown}: ${clean(why)}`
    return { failure: new Failure(text, { exit: diffExits.trouble }) }
  }
  if (hidden.length > 0)
    note(session.terminal, `${shown}: no permission to get ${hidden.join(', ')}`)
  const at = { name, namespace }
  return {
    diff: promotionDiff(at, answer, options),
    compared: comparedObjects(at, answer, options),
  }
}

function withDiffExit(error: unknown): unknown {
  const failure = error instanceof KubeError ? failureOf(error) : error
  if (!(failure instanceof Failure) || failure.exit !== exits.error) return failure
  const { message, hints, cause } = failure
  return new Failure(message, { exit: diffExits.trouble, hints, cause })
}

import { string as argument } from '@oclif/core/args'
import { unreadText } from '../../src/report/unread.ts'
import { chosenIn } from '../input/chosen.ts'
import { outputFlag, selectFlags } from '../input/flag-groups.ts'
import { clean } from '../output/clean.ts'
import { reportsText } from '../output/formats.ts'
import { explanationLines } from '../output/views/diagnosis-view.ts'
import { CanaryCommand } from '../shell/base.ts'
import { exits } from '../shell/failure.ts'
import { exitOf, tellFailures } from '../shell/failures.ts'
import { note } from '../shell/terminal.ts'

export class Explain extends CanaryCommand {
  static override place = 2
  static override summary = 'Tell which rule keeps a canary where it is, and what would move it'
  static override group = 'Understand' as const
  static override synopsis = '[NAME...] [-l SELECTOR | --all | -A] [-o FORMAT] [options]'
  static override description =
    'The rule is told by the name that it has in the log of the controller and in docs/architecture.md, as the status and the objects of the canary tell it. It says what is normal too; doctor says what is wrong.'
  static override examples = [
    { description: 'What does it wait for?', command: '<%= config.bin %> explain podinfo' },
  ]
  static override permissions = [
    'get, list canaries.flagger.app',
    'get the target, the primary and the kinds of the mesh; list pods: what may not be read is left out',
  ]
  static override exitCodes = ['0  done', '1  error', '2  wrong usage']
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = { ...selectFlags, output: outputFlag('json', 'yaml', 'name') }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Explain)
    const chosen = await chosenIn(argv, flags, this.beginning(flags))
    if (!chosen) return exits.done
    const { format, session, resources, failures, single } = chosen
    const { terminal } = session
    const [{ factsOf }, { explain }] = await Promise.all([
      import('../diagnosing/facts.ts'),
      import('../../src/diagnosis/hold.ts'),
    ])
    const facts = await factsOf(resources, session)
    const all = facts.map(explain)
    const view = { style: terminal.style, width: terminal.width, now: session.clock.now() }
    if (format.kind !== 'text') terminal.out(await reportsText(format, all, single))
    else terminal.out(all.map((one) => `${explanationLines(one, view).join('\n')}\n`).join('\n'))
    const lacks = facts.flatMap(({ unread }) => unread.map(unreadText))
    for (const text of new Set(lacks)) note(terminal, clean(text))
    tellFailures(failures, terminal)
    return exitOf(all.length, failures)
  }
}

import { string as argument } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import { UsageError } from '../../src/errors.ts'
import { handledCanary } from '../../src/report/as-handled.ts'
import { type CanaryGates, gatesOf } from '../../src/report/gates/list.ts'
import { chosenBy } from '../input/chosen.ts'
import { headerFlags, outputFlag, selectFlags, writeFlags } from '../input/flag-groups.ts'
import { readSelection, requireSelection } from '../input/selection.ts'
import { reportsText } from '../output/formats.ts'
import { gateLines } from '../output/views/gates-view.ts'
import { CanaryCommand } from '../shell/base.ts'
import { exits } from '../shell/failure.ts'
import { exitOf, tellFailures } from '../shell/failures.ts'
import { note } from '../shell/terminal.ts'

const options = ['open', 'close', 'clear'] as const

export class Gate extends CanaryCommand {
  static override place = 10
  static override summary = 'Show the gates of canaries, and open or close one'
  static override group = 'Act' as const
  static override synopsis =
    '[NAME...] [-l SELECTOR | --all | -A] [--open=GATE | --close=GATE | --clear=GATE | --check] [-o FORMAT] [options]'
  static override description =
    'Gates are the hooks confirm-rollout, confirm-traffic-increase and confirm-promotion, and rollback. --open and --close write the annotation flagger.app/gate.GATE, which counts for every run until --clear takes it away; then the address of the hook is asked again. A hook without an address is closed until somebody opens it here. Under Flagger only gates of its load tester can be opened, through the API server. To let just this run go on use promote. STATE is what the controller was answered last.'
  static override examples = [
    { description: 'The gates of a canary', command: '<%= config.bin %> gate podinfo' },
    {
      description: 'Open one for every run to come',
      command: '<%= config.bin %> gate podinfo --open="change approval"',
    },
    {
      description: 'Whether any is closed, for a script',
      command: '<%= config.bin %> gate podinfo --check',
    },
  ]
  static override permissions = [
    'get, list canaries.flagger.app; to open or close: patch canaries.flagger.app',
    'get services, to tell whose a gate is: what may not be read is left out',
    'for gates of the load tester under Flagger: create services/proxy',
  ]
  static override exitCodes = [
    '0  done, or already so; with --check: all are open',
    '1  error',
    '2  wrong usage, or confirmation needed without a terminal',
    '3  with --check: one is closed, or was not asked yet',
    '6  rejected: there is no such gate, or nobody here can open it',
  ]
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = {
    ...selectFlags,
    ...headerFlags,
    output: outputFlag('json', 'yaml', 'name'),
    open: string({ summary: 'Open this gate, for every run' }),
    close: string({ summary: 'Close this gate, for every run' }),
    clear: string({ summary: 'Have this gate answered by its hook again' }),
    check: boolean({ summary: 'Tell by the exit code whether all are open', allowNo: true }),
    ...writeFlags,
    yes: boolean({ summary: 'Do not ask', char: 'y', allowNo: true }),
  }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Gate)
    const selection = readSelection(argv.map(String), flags)
    const asked = options.flatMap((to) => {
      const gate = flags[to]
      return gate === undefined ? [] : [{ to, gate }]
    })
    const [change, ...others] = asked
    if (others.length > 0 || (change && flags.check))
      throw new UsageError('only one of --open, --close, --clear and --check is possible')
    if (change) requireSelection(selection)
    const terminal = this.terminalOf(flags)
    const chosen = await chosenBy(selection, flags.output, this.beginning(flags))
    if (!chosen) return exits.done
    const { format, session, found, resources, failures, single } = chosen
    if (change) {
      const { changeGates } = await import('../gating/change-gates.ts')
      const manner = { fieldManager: flags['field-manager'], dryRun: flags['dry-run'] }
      return changeGates(found, session, { ...change, ...manner, yes: flags.yes, format, single })
    }
    const canaries = resources.map((resource) => handledCanary(resource))
    const { knownServices } = await import('../gating/known-services.ts')
    const isThere = await knownServices(canaries, session)
    const all = canaries.map((canary) => gatesOf(canary, isThere))
    const rows = all.flatMap(({ gates, metadata }) => {
      const { name, namespace } = metadata
      const canary = selection.allNamespaces ? `${namespace}/${name}` : name
      return gates.map((gate) => ({ gate, canary }))
    })
    const { style, width } = terminal
    const view = { style, width, headers: !flags['no-headers'], names: !single }
    if (format.kind !== 'text') terminal.out(await reportsText(format, all, single))
    else if (rows.length > 0) terminal.out(`${gateLines(rows, view).join('\n')}\n`)
    else if (failures.length === 0) note(terminal, 'no gates: nothing has to approve a run')
    tellFailures(failures, terminal)
    const bad = exitOf(all.length, failures)
    return bad === exits.done && flags.check ? checkExit(all) : bad
  }
}

/** A rollback hook holds no run: it ends one where it is open. */
function checkExit(all: readonly CanaryGates[]): number {
  const holding = all.flatMap(({ gates }) => gates).filter(({ type }) => type !== 'rollback')
  return holding.every(({ open }) => open) ? exits.done : exits.bad
}

import { string as argument } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import type { CanaryDiagnosis } from '../../src/diagnosis/finding.ts'
import { chosenIn } from '../input/chosen.ts'
import { outputFlag, selectFlags } from '../input/flag-groups.ts'
import { isUnspecific } from '../input/selection.ts'
import { reportsText } from '../output/formats.ts'
import { diagnosisLines } from '../output/views/diagnosis-view.ts'
import { CanaryCommand } from '../shell/base.ts'
import { exits } from '../shell/failure.ts'
import { exitOf, tellFailures } from '../shell/failures.ts'

export class Doctor extends CanaryCommand {
  static override place = 1
  static override meantBy = ['diagnose']
  static override aliases = ['why']
  static override summary = 'Find out why a canary does not move, and what mends it'
  static override group = 'Understand' as const
  static override synopsis =
    '[NAME...] [-l SELECTOR | --all | -A] [--all-checks] [--strict] [--prometheus=URL] [-o FORMAT] [options]'
  static override description =
    'Each finding has a code, what was seen, what is likely behind it, and the command that mends it. Without a name it looks at all canaries of the namespace and tells of those with findings. What may not be read, or can not, is left out, and named. --all-checks also lists the checks that passed, and those that were not possible. Of a judged canary the metric server is asked how late samples come: through the API server where spec.metricsServer is a Service of the cluster, or at --prometheus.'
  static override examples = [
    { description: 'One canary', command: '<%= config.bin %> doctor podinfo' },
    { description: 'Everything that is wrong, anywhere', command: '<%= config.bin %> doctor -A' },
  ]
  static override permissions = [
    'get, list canaries.flagger.app, metrictemplates and alertproviders',
    'get deployments, daemonsets, autoscalers, the lease of the controller and the kinds of the mesh;',
    'list pods and events; get services/proxy, to ask the metric server of a judge:',
    'what may not be read is left out, and named',
  ]
  static override exitCodes = [
    '0  nothing wrong, or warnings only',
    '1  error',
    '2  wrong usage',
    '3  something is wrong; with --strict also warnings',
  ]
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = {
    ...selectFlags,
    output: outputFlag('json', 'yaml', 'name'),
    'all-checks': boolean({
      summary: 'List every check, those that passed too',
      allowNo: true,
    }),
    strict: boolean({ summary: 'Warnings count as well', allowNo: true }),
    prometheus: string({ summary: 'Address of a Prometheus server, as seen from here' }),
  }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Doctor)
    const chosen = await chosenIn(argv, flags, this.beginning(flags))
    if (!chosen) return exits.done
    const { selection, format, session, resources, failures, single } = chosen
    const { terminal } = session
    const [{ factsOf }, { lagReader }, { diagnose }] = await Promise.all([
      import('../diagnosing/facts.ts'),
      import('../diagnosing/lag.ts'),
      import('../../src/diagnosis/diagnose.ts'),
    ])
    const facts = await factsOf(resources, session, lagReader(session, flags.prometheus))
    const all = facts.map(diagnose)
    const allChecks = flags['all-checks']
    const isOnlySick = isUnspecific(selection) && !allChecks
    const told = isOnlySick ? all.filter(({ findings }) => findings.length > 0) : all
    const { style, width } = terminal
    const view = { style, width, now: session.clock.now(), allChecks }
    if (format.kind !== 'text') terminal.out(await reportsText(format, told, single))
    else {
      const blocks = told.map((one) => `${diagnosisLines(one, view).join('\n')}\n`)
      terminal.out(blocks.join('\n'))
      const rest = all.length - told.length
      if (rest > 0) terminal.out(`${told.length > 0 ? '\n' : ''}${healthy(rest, view.style)}\n`)
    }
    tellFailures(failures, terminal)
    const bad = exitOf(all.length, failures)
    return bad === exits.done && isSick(all, flags.strict) ? exits.bad : bad
  }
}

function healthy(count: number, style: Parameters<typeof diagnosisLines>[1]['style']): string {
  return style.state('good', `nothing wrong with ${count} ${count === 1 ? 'canary' : 'canaries'}`)
}

function isSick(all: readonly CanaryDiagnosis[], strict: boolean): boolean {
  const findings = all.flatMap((one) => one.findings)
  return findings.some(({ severity }) => strict || severity === 'error')
}

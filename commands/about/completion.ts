import { string as argument } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import { UsageError } from '../../src/errors.ts'
import { completionScript, type Shell, shells } from '../completion/scripts.ts'
import { CanaryCommand } from '../shell/base.ts'
import { exits } from '../shell/failure.ts'

export class Completion extends CanaryCommand {
  static override place = 4
  static override completes = 'shells' as const
  static override summary = 'Set up completion of commands, flags and names of canaries'
  static override synopsis =
    '[bash | zsh | fish | powershell] [--install | --uninstall] [--dir=DIR]'
  static override description =
    'kubectl completes plugins by itself (1.26 or later) where it finds a program called kubectl_complete-canary: --install makes a link of that name beside the plugin. It points to the link by which kubectl finds the plugin, so that upgrades keep it working; a file of that name which is no such link stays, and the command fails. With the name of a shell it prints a script for the bare executable.'
  static override examples = [
    {
      description: 'For kubectl canary, once, after an installation by krew',
      command: '<%= config.bin %> completion --install',
    },
    {
      description: 'For the executable itself, in bash',
      command: 'source <(kubectl-canary completion bash)',
    },
  ]
  static override exitCodes = [
    '0  done',
    '1  the folder cannot be written, or a file that is no link to the plugin has the name',
    '2  wrong usage',
  ]
  static override args = {
    shell: argument({ ignoreStdin: true, options: [...shells] }),
  }
  static override flags = {
    install: boolean({
      summary: 'Link the plugin under the name by which kubectl completes',
      allowNo: true,
    }),
    uninstall: boolean({ summary: 'Remove that link', allowNo: true }),
    dir: string({ summary: 'The folder of the link; default is that of the plugin' }),
  }

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Completion)
    const terminal = this.terminalOf(flags)
    const { install, uninstall, dir } = flags
    if (install && uninstall) throw new UsageError('--install and --uninstall exclude each other')
    const program = programOf(this.config.bin)
    if (install || uninstall) {
      const links = await import('../completion/link.ts')
      const act = install ? links.install : links.uninstall
      return act(program, dir, terminal)
    }
    if (args.shell === undefined)
      throw new UsageError(`name a shell (${shells.join(', ')}), or use --install`)
    // oclif has checked it against the shells.
    terminal.out(completionScript(args.shell as Shell, program))
    return exits.done
  }
}

/** `kubectl flagger-canary` is the program `kubectl-flagger_canary`. */
function programOf(bin: string): string {
  return bin
    .split(' ')
    .map((word) => word.replaceAll('-', '_'))
    .join('-')
}

import { CanaryCommand } from '../shell/base.ts'
import { exits } from '../shell/failure.ts'

export class Glance extends CanaryCommand {
  static override group = 'Look' as const
  static override place = 20
  static override aliases = ['peek']
  static override summary = 'Look for a moment'

  async run(): Promise<number> {
    await this.parse(Glance)
    return exits.done
  }
}

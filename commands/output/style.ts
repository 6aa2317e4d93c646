/** Colours and glyphs: decided once, never the only carrier of meaning. */
import { Chalk } from 'chalk'

export type Mood = 'good' | 'failed' | 'moving' | 'waiting' | 'paused' | 'warning' | 'idle'

export interface Style {
  /** Colours a text by mood. */
  paint(mood: Mood, text: string): string
  /** Glyph and word of a state: `✔ Available`. */
  state(mood: Mood, word: string): string
  /** A text of lesser weight. */
  dim(text: string): string
  /** A text of more weight. */
  bold(text: string): string
  /** The bar of traffic: filled is the primary's share. */
  bar(shares: { primary: number; canary: number }, columns: number): string
  tree: { branch: string; last: string; through: string; none: string }
  ellipsis: string
}

const glyphs: Record<Mood, readonly [unicode: string, ascii: string]> = {
  good: ['✔', '+'],
  failed: ['✖', 'x'],
  moving: ['◌', '~'],
  waiting: ['◷', '?'],
  paused: ['‖', '='],
  warning: ['⚠', '!'],
  idle: ['•', '-'],
}

/** A style with or without colour, in Unicode or ASCII. */
export function createStyle({ color, ascii }: { color: boolean; ascii: boolean }): Style {
  // The level is set here: chalk by itself ignores NO_COLOR and reads flags out of argv.
  const chalk = color ? new Chalk({ level: 1 }) : colourless
  const paints = painters(chalk)
  const glyph = (mood: Mood) => glyphs[mood][ascii ? 1 : 0]
  return {
    paint: (mood, text) => paints[mood](text),
    state: (mood, word) => paints[mood](`${glyph(mood)} ${word}`),
    dim: (text) => chalk.gray(text),
    bold: (text) => chalk.bold(text),
    bar({ primary, canary }, columns) {
      const whole = primary + canary || 1
      // A canary with any traffic shows at least one cell.
      const share = Math.round((canary / whole) * columns)
      const cells = canary > 0 ? Math.min(columns, Math.max(1, share)) : 0
      const [full, part] = ascii ? ['#', '.'] : ['█', '▒']
      return `[${chalk.green(full.repeat(columns - cells))}${chalk.yellow(part.repeat(cells))}]`
    },
    tree: ascii
      ? { branch: '|- ', last: '`- ', through: '|  ', none: '   ' }
      : { branch: '├─ ', last: '└─ ', through: '│  ', none: '   ' },
    ellipsis: ascii ? '~' : '…',
  }
}

type Paints = Record<
  'blueBright' | 'bold' | 'gray' | 'green' | 'red' | 'yellow',
  (text: string) => string
>

/** Chalk itself takes 3 ms to make its styles. */
const colourless: Paints = {
  blueBright: plain,
  bold: plain,
  gray: plain,
  green: plain,
  red: plain,
  yellow: plain,
}

function plain(text: string): string {
  return text
}

function painters(chalk: Paints): Record<Mood, (text: string) => string> {
  return {
    good: chalk.green,
    failed: chalk.red,
    moving: chalk.blueBright,
    waiting: chalk.yellow,
    paused: chalk.yellow,
    warning: chalk.yellow,
    idle: plain,
  }
}

export interface ColorFacts {
  /** Value of --color. */
  flag: string
  env: Record<string, string | undefined>
  platform: string
  isTerminal: boolean
}

/** Whether a stream is coloured: the flag, NO_COLOR, FORCE_COLOR, then what the stream is. */
export function wantsColor({ flag, env, platform, isTerminal }: ColorFacts): boolean {
  if (flag === 'always' || flag === 'never') return flag === 'always'
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  if (env.TERM === 'dumb') return false
  if (platform === 'win32' && !env.WT_SESSION) return false
  return isTerminal
}

/** Whether glyphs are ASCII: asked for, or the locale (or Windows console) has no others. */
export function wantsAscii(of: Pick<ColorFacts, 'env' | 'platform'> & { flag: boolean }): boolean {
  const { flag, env, platform } = of
  if (flag || env.KUBECTL_CANARY_ASCII) return true
  if (platform === 'win32') return !env.WT_SESSION
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG
  // Containers and CI set no locale at all, and show UTF-8 all the same.
  return locale !== undefined && locale !== '' && !/utf-?8/i.test(locale)
}

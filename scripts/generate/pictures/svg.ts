/** What a terminal showed, as a picture: a grid of characters, with the colours of its escapes. */

export interface Theme {
  background: string
  text: string
  /** By the number in the escape: 31 is red. */
  colours: Readonly<Record<number, string>>
}

export const themes = {
  light: {
    background: '#ffffff',
    text: '#1f2328',
    colours: { 31: '#cf222e', 32: '#1a7f37', 33: '#9a6700', 90: '#656d76', 94: '#0969da' },
  },
  dark: {
    background: '#0d1117',
    text: '#e6edf3',
    colours: { 31: '#ff7b72', 32: '#3fb950', 33: '#d29922', 90: '#8b949e', 94: '#58a6ff' },
  },
} satisfies Record<string, Theme>

const cell = { width: 8.4, height: 19 }
const margin = 16

/** A picture of a command and what it printed. Throws for an escape that it has no colour for. */
export function svg(of: { command: string; output: string; theme: Theme }): string {
  const { command, output, theme } = of
  const lines = [`$ ${command}`, ...output.trimEnd().split('\n')].map((line) => spans(line))
  const columns = Math.max(
    ...lines.map((line) => line.reduce((sum, { text }) => sum + lengthOf(text), 0)),
  )
  const width = Math.ceil(columns * cell.width + 2 * margin)
  const height = lines.length * cell.height + 2 * margin
  const rows = lines.flatMap((line, row) => rowOf(line, row, theme))
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(command)}">`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${theme.background}" stroke="${theme.colours[90]}"/>`,
    `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="14" fill="${theme.text}">`,
    ...rows,
    '</g>',
    '</svg>',
  ].join('\n')}\n`
}

interface Span {
  text: string
  bold: boolean
  colour: number | undefined
}

/** The parts of a line, each in one colour. */
function spans(line: string): Span[] {
  const [first = '', ...rest] = line.split('\u001b[')
  const found: Span[] = [{ text: first, bold: false, colour: undefined }]
  for (const part of rest) {
    const end = part.indexOf('m')
    const codes = part.slice(0, end).split(';').map(Number)
    const before = found.at(-1) ?? { bold: false, colour: undefined }
    found.push({ ...codes.reduce(styled, before), text: part.slice(end + 1) })
  }
  return found
}

type Look = Omit<Span, 'text'>

function styled({ bold, colour }: Look, code: number): Look {
  if (code === 0) return { bold: false, colour: undefined }
  if (code === 1 || code === 22) return { bold: code === 1, colour }
  return { bold, colour: code === 39 ? undefined : code }
}

function rowOf(line: readonly Span[], row: number, theme: Theme): string[] {
  const y = margin + row * cell.height + 14
  let column = 0
  return line.flatMap(({ text, bold, colour }) => {
    const blanks = text.length - text.trimStart().length
    const shown = text.trim()
    const x = margin + (column + blanks) * cell.width
    column += lengthOf(text)
    if (shown === '') return []
    const fill = colour === undefined ? '' : ` fill="${colourOf(colour, theme)}"`
    // Whatever font a reader has, columns stand below each other.
    const length = (lengthOf(shown) * cell.width).toFixed(1)
    const weight = bold ? ' font-weight="bold"' : ''
    const place = `x="${x.toFixed(1)}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs"`
    // Browsers make one of several blanks, and stretch what is left to the length that is wanted.
    const kept = escaped(shown).replaceAll(' ', '\u00a0')
    return [`<text ${place}${fill}${weight}>${kept}</text>`]
  })
}

function colourOf(code: number, { colours }: Theme): string {
  const colour = colours[code]
  if (colour === undefined)
    throw new Error(`the theme of pictures has no colour for escape ${code}`)
  return colour
}

function lengthOf(text: string): number {
  return [...text].length
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

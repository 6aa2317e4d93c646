/** Command lines as words, without a shell. */

const blank = /[ \t]+/y
/** Also with a note behind the backslash, where a shell would end the line: people write so. */
const lineGoesOn = /\\[ \t]*(?:#[^\n]*)?\n/y
const piece = /'([^']*)'|"((?:[^"\\$`]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\|&;<>()$`]+)/y

/**
 * The words of one command, as a shell splits them; undefined where it asks for more of a shell
 * than that: a second command, a pipe, a variable, a file. What a shell would look for as names of
 * files (`*`, `?`) is taken as it stands.
 */
export function wordsOf(command: string): string[] | undefined {
  const words: string[] = []
  let word: string | undefined
  let at = 0
  let isEnded = false
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(command)
    if (found) at = pattern.lastIndex
    return found
  }
  const endWord = () => {
    if (word !== undefined) words.push(word)
    word = undefined
  }
  while (at < command.length) {
    if (take(lineGoesOn)) continue
    if (take(blank)) endWord()
    else if (command[at] === '\n') {
      endWord()
      isEnded = words.length > 0
      at += 1
    } else if (command[at] === '#' && word === undefined) {
      const end = command.indexOf('\n', at)
      at = end < 0 ? command.length : end
    } else {
      const found = take(piece)
      if (!found || isEnded || (word === undefined && command[at - found[0].length] === '~'))
        return undefined
      word = `${word ?? ''}${textOf(found)}`
    }
  }
  endWord()
  return words
}

function textOf([, single, double, escaped, bare]: RegExpExecArray): string {
  if (double !== undefined) return double.replace(/\\([\\"$`])/g, '$1').replace(/\\\n/g, '')
  return single ?? escaped ?? bare ?? ''
}

/** The link by which kubectl finds who completes. */
import { existsSync, lstatSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { rm, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { shellWord } from '../output/command-line.ts'
import { exits, Failure } from '../shell/failure.ts'
import type { Terminal } from '../shell/terminal.ts'

const isWindows = process.platform === 'win32'

/**
 * Links the program in `dir`, or beside itself, and gives the exit code. Throws a Failure where it
 * can't be written, something else has its name, or the program is not on the PATH.
 */
export async function install(
  program: string,
  dir: string | undefined,
  terminal: Terminal,
): Promise<number> {
  const place = placeOf(program, dir)
  const { path, folder, file } = place
  if (foundAt(place) === 'foreign')
    throw foreign(path, ['to leave it there, link elsewhere on the PATH: --dir=DIR'])
  try {
    await rm(path, { force: true })
    // Relative, so that the folder may be moved.
    if (isWindows) await writeFile(path, scriptFor(file))
    else await symlink(dir === undefined ? file : join(folder, file), path)
  } catch (cause) {
    const source = shellWord(join(folder, file))
    throw new Failure(`error: ${path} can't be written: ${codeOf(cause)}`, {
      ...{ exit: exits.error, cause },
      hints: isWindows ? [] : [`with more rights: ln -sf ${source} ${shellWord(path)}`],
    })
  }
  terminal.out(`${path} created\n`)
  const path_ = (process.env.PATH ?? '').split(delimiter)
  const inside = dir ?? folder
  if (!path_.includes(inside))
    terminal.err(`note: ${inside} is not on the PATH; kubectl looks there\n`)
  return exits.done
}

/** Removes the link, where there is one, and gives the exit code; throws as `install` does. */
export async function uninstall(
  program: string,
  dir: string | undefined,
  terminal: Terminal,
): Promise<number> {
  const place = placeOf(program, dir)
  const { path } = place
  const found = foundAt(place)
  if (found === 'foreign') throw foreign(path, [])
  try {
    await rm(path, { force: true })
  } catch (cause) {
    throw new Failure(`error: ${path} can't be removed: ${codeOf(cause)}`, {
      ...{ exit: exits.error, cause },
    })
  }
  terminal.out(found === 'link' ? `${path} removed\n` : `${path} is not there\n`)
  return exits.done
}

function foreign(path: string, hints: readonly string[]): Failure {
  const away = `mv ${shellWord(path)} ${shellWord(`${path}.old`)}`
  return new Failure(
    `error: ${path} is there already, and is no link to this plugin; nothing was changed`,
    { exit: exits.error, hints: [`to move it away: ${away}`, ...hints] },
  )
}

interface Place {
  /** Of the link. */
  path: string
  /** Where kubectl finds the plugin, and as which file. */
  folder: string
  file: string
}

function placeOf(program: string, dir: string | undefined): Place {
  const { folder, file } = foundOn(program)
  const name = program.replace(/^kubectl-/, 'kubectl_complete-')
  return { path: join(dir ?? folder, isWindows ? `${name}.cmd` : name), folder, file }
}

/** As kubectl looks: along the PATH; krew's folder first, which may not be on it yet. */
function foundOn(program: string): { folder: string; file: string } {
  const { KREW_ROOT, PATH = '' } = process.env
  const krew = join(KREW_ROOT || join(homedir(), '.krew'), 'bin')
  const files = isWindows ? [`${program}.exe`, `${program}.cmd`] : [program]
  for (const folder of [krew, ...PATH.split(delimiter)])
    for (const file of files)
      if (folder !== '' && existsSync(join(folder, file))) return { folder, file }
  throw new Failure(`error: ${program} is on no folder of the PATH, where kubectl would find it`, {
    exit: exits.error,
    hints: ['put it there, or link it: kubectl finds plugins by their name'],
  })
}

/** What has the name of the link: a link to this plugin, something that is not ours, or nothing. */
function foundAt({ path, folder, file }: Place): 'link' | 'foreign' | 'nothing' {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return 'nothing'
  if (isWindows)
    return found.isFile() && readFileSync(path, 'utf8') === scriptFor(file) ? 'link' : 'foreign'
  if (!found.isSymbolicLink()) return 'foreign'
  // Left over from a plugin that is gone, it leads nowhere and is ours by its words.
  const isByName = basename(readlinkSync(path)) === file
  const isOurs =
    isByName || (existsSync(path) && realpathSync(path) === realpathSync(join(folder, file)))
  return isOurs ? 'link' : 'foreign'
}

/** cmd.exe follows no link to a script. */
function scriptFor(file: string): string {
  return `@echo off\r\n"%~dp0${file}" __complete %*\r\n`
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
}

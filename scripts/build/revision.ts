import { execFileSync } from 'node:child_process'

/**
 * The commit that a build in `folder` is made from: `CANARY_REVISION` where it is set, as in the
 * image, whose build has no git; else what git says, with `-dirty` after it where files were
 * changed; `unknown` where there is no git.
 */
export function revisionOf(folder: string, env: NodeJS.ProcessEnv = process.env): string {
  if (env.CANARY_REVISION) return env.CANARY_REVISION
  try {
    const commit = git(folder, 'rev-parse', 'HEAD')
    return git(folder, 'status', '--porcelain', '--untracked-files=no') ? `${commit}-dirty` : commit
  } catch {
    // No git, or an archive of the sources.
    return 'unknown'
  }
}

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
}

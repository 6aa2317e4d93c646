import path from 'node:path'
import { buildTool } from './tool.ts'

/**
 * Its library for certificates by ACME is not on the module proxy: a stub that refuses stands in
 * for it, in `modules/traefik/lego`, and one for an extension of its own in `modules/traefik/ext`.
 * Stubs also stand for what took most of the build, and no request here meets: the interpreter of
 * its plugins (`yaegi`), and two of the clients by which it reads Amazon's ECS (`ec2`, `ssm`).
 */
const traefik = {
  name: 'traefik',
  module: 'github.com/traefik/traefik/v3',
  programs: { traefik: 'github.com/traefik/traefik/v3/cmd/traefik' },
}

/** The file of Traefik's program, built where the cache does not have it. Rejects as `buildTool`. */
export async function buildTraefik(log: (line: string) => void): Promise<string> {
  return path.join(await buildTool(traefik, log), 'traefik')
}

/**
 * The addresses of a network namespace in which everything of these tests runs: all of
 * 10.244.0.0/16 is local there, so that each pod can have an address of its own. EndpointSlices
 * refuse loopback addresses.
 */
import { spawnSync } from 'node:child_process'
import { networkInterfaces } from 'node:os'

/** Where users reach Traefik. */
export const entrance = { host: '127.0.0.1', port: 8_000 }
export const traefikMetrics = '127.0.0.1:8001'
export const prometheusAddress = '127.0.0.1:9090'
export const podPort = 9_898

const pods = '10.244.0.0/16'

/** Of the pod that is the nth to start, from 1 on. */
export function podAddress(nth: number): string {
  return `10.244.${nth >> 8}.${nth & 255}`
}

/** Makes the shell command by which a program is started inside of a new namespace. */
export function inNewNamespace(command: readonly string[]): readonly string[] {
  const prepare = `ip link set lo up && ip route add local ${pods} dev lo && exec "$@"`
  const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user']
  return ['unshare', '--net', ...asRoot, 'sh', '-c', prepare, 'sh', ...command]
}

/** What the machine lacks for a namespace; undefined where there can be one. */
export function lackingForNamespace(): string | undefined {
  const [program = '', ...args] = inNewNamespace(['true'])
  const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (status === 0) return undefined
  return `no network namespace (that takes root, unshare and ip): ${error?.message ?? stderr.trim()}`
}

/** Throws outside of such a namespace, where pods would take addresses of the machine's network. */
export function requireNamespace(): void {
  const others = Object.keys(networkInterfaces()).filter((name) => name !== 'lo')
  if (others.length > 0)
    throw new Error(
      `these tests run in a network namespace, and here are ${others.join(', ')}: ` +
        'start them by `node test/traffic/run.ts`',
    )
}

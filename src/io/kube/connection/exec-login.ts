/** Login programs of a kubeconfig (`exec`), run as kubectl runs them. */
import { KubeError } from '../../../errors.ts'
import type { Clock } from '../../clock.ts'
import type { Credentials, Login } from './connection.ts'
import type { ClusterEntry, ExecEntry } from './kubeconfig.ts'

/** The cluster that the program is told about where it asks for that. */
export interface ExecCluster extends ClusterEntry {
  /** PEM. */
  certificateAuthority?: string
}

export interface ExecDeps {
  env: Record<string, string | undefined>
  clock: Clock
  isInteractive: boolean
  cluster: ExecCluster
  /** Milliseconds for the program; 0, or absent, waits for ever. */
  timeoutMs?: number
}

interface ExecStatus {
  token?: string
  clientCertificateData?: string
  clientKeyData?: string
  expirationTimestamp?: string
}

const defaultVersion = 'client.authentication.k8s.io/v1'

/** Runs the program at the first request, when its answer expires, and after a 401. */
export function createExecLogin(exec: ExecEntry, deps: ExecDeps): Login {
  let answer: Promise<ExecStatus> | undefined
  let expires = Number.POSITIVE_INFINITY

  /** The last answer; undefined while the program runs. */
  let given: ExecStatus | undefined

  async function login(): Promise<ExecStatus> {
    given = undefined
    const status = parseAnswer(await run(exec, deps), exec)
    given = status
    const time = Date.parse(status.expirationTimestamp ?? '')
    expires = Number.isNaN(time) ? Number.POSITIVE_INFINITY : time
    return status
  }

  return async (refused) => {
    // Requests that start together, or are refused together, share one run: a second program
    // would ask the person again, on the same terminal.
    const isOld = refused ? isSame(refused, given) : deps.clock.now().getTime() >= expires
    if (isOld) answer = undefined
    if (!answer) expires = Number.POSITIVE_INFINITY
    answer ??= login()
    const current = answer
    try {
      const { token, clientCertificateData, clientKeyData } = await current
      return {
        headers: token ? { authorization: `Bearer ${token}` } : {},
        ...(clientCertificateData ? { clientCertificate: clientCertificateData } : {}),
        ...(clientKeyData ? { clientKey: clientKeyData } : {}),
      }
    } catch (error) {
      if (answer === current) answer = undefined
      throw error
    }
  }
}

function isSame(
  { headers, clientCertificate }: Credentials,
  given: ExecStatus | undefined,
): boolean {
  const { token, clientCertificateData } = given ?? {}
  if (token !== undefined) return headers.authorization === `Bearer ${token}`
  return clientCertificateData !== undefined && clientCertificate === clientCertificateData
}

/** More than any credentials have. */
const longestAnswer = 1024 * 1024

/** The program's standard output; what it has to say to the user goes to the user. */
function run(exec: ExecEntry, deps: ExecDeps): Promise<string> {
  const { command } = exec
  if (!command) throw failure('the kubeconfig names no command to log in with')
  if (exec.interactiveMode === 'Always' && !deps.isInteractive)
    throw failure(`the login program ${command} needs a terminal`)
  const reads = deps.isInteractive && exec.interactiveMode !== 'Never'
  return new Promise((resolve, reject) => {
    // Not imported: most people have no such program, and loading it takes 2 ms of each command.
    const { spawn } = process.getBuiltinModule('node:child_process')
    const child = spawn(command, exec.args ?? [], {
      env: environment(exec, deps, reads),
      stdio: [reads ? 'inherit' : 'ignore', 'pipe', 'inherit'],
    })
    let output = ''
    const stop = (why: string) => {
      child.kill('SIGKILL')
      // What it started may hold the pipe open.
      child.stdout?.destroy()
      reject(failure(`the login program ${command} ${why}`))
    }
    const timeoutMs = deps.timeoutMs ?? 0
    const cancel =
      timeoutMs > 0
        ? deps.clock.after(timeoutMs, () => stop(`did not answer within ${timeoutMs / 1000} s`))
        : undefined
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.length > longestAnswer) stop('says more than 1 MiB')
    })
    child.on('error', (cause) => reject(failure(whyNot(exec, cause), cause)))
    child.on('close', (code) => {
      cancel?.()
      if (code === 0) resolve(output)
      else reject(failure(`the login program ${command} failed with exit code ${code}`))
    })
  })
}

function environment(exec: ExecEntry, { env, cluster }: ExecDeps, interactive: boolean) {
  const spec = {
    interactive,
    ...(exec.provideClusterInfo ? { cluster: clusterInfo(cluster) } : {}),
  }
  const { apiVersion = defaultVersion } = exec
  const info = { kind: 'ExecCredential', apiVersion, spec }
  const own = (exec.env ?? []).map(({ name, value }) => [name, value])
  return { ...env, ...Object.fromEntries(own), KUBERNETES_EXEC_INFO: JSON.stringify(info) }
}

function clusterInfo(cluster: ExecCluster) {
  const { certificateAuthority } = cluster
  return {
    server: cluster.server,
    'tls-server-name': cluster['tls-server-name'],
    'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'],
    'proxy-url': cluster['proxy-url'],
    'certificate-authority-data':
      certificateAuthority && Buffer.from(certificateAuthority).toString('base64'),
  }
}

function whyNot({ command, installHint }: ExecEntry, cause: Error): string {
  const isMissing = 'code' in cause && cause.code === 'ENOENT'
  const message = isMissing
    ? `executable ${command} not found, which the kubeconfig logs in with`
    : `the login program ${command} could not be started`
  return installHint ? `${message}\n${installHint.trim()}` : message
}

function parseAnswer(output: string, { command }: ExecEntry): ExecStatus {
  try {
    // Outside data: the fields used are optional.
    const { status } = JSON.parse(output) as { status?: ExecStatus }
    if (status && (status.token || status.clientCertificateData)) return status
  } catch {
    // The output may hold a token, so that nothing of it belongs in a message.
  }
  throw failure(`the login program ${command} gave no credentials`)
}

function failure(message: string, cause?: unknown): KubeError {
  return new KubeError(message, { status: 0, reason: 'Login', cause })
}

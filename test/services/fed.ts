/**
 * Servers that others fill: Thanos reads two replicas of Prometheus as one, and to Mimir one writes
 * what it has scraped. No package of Debian has them: their programs are where the environment says.
 */
import { prometheusOf } from './programs.ts'
import { type Program, type Started, start } from './servers.ts'

const { THANOS: thanos, MIMIR: mimir } = process.env

/** What answers queries below `url`, and all that was started for it. */
export interface Queried extends AsyncDisposable {
  url: string
  /** Of the samples that it holds of one scrape. */
  copies: number
  /** Ends what holds one of the copies; absent where there is one. */
  lose?(): Promise<void>
}

/** One server that scrapes by itself. */
export async function alone(program: Program, ready: string): Promise<Queried> {
  const server = await started(program, ready)
  return { ...server, copies: 1 }
}

/** A server by its name, and how it is started so that it has what this port tells each second. */
export type MetricServer = readonly [name: string, start: (target: number) => Promise<Queried>]

/** Those that there are. */
export const fed: readonly MetricServer[] = [
  ...(thanos ? [named('Thanos', (target) => startThanos(thanos, target))] : []),
  ...(mimir ? [named('Mimir', (target) => startMimir(mimir, target))] : []),
]

function named(...server: MetricServer): MetricServer {
  return server
}

async function startThanos(command: string, target: number): Promise<Queried> {
  const all: Started[] = []
  const run = async (program: Program, ready: string) => {
    const server = await started(program, ready)
    all.unshift(server)
    return server
  }
  const endpoints: string[] = []
  const sidecars: Started[] = []
  for (const replica of ['a', 'b']) {
    const { url, folder } = await run(prometheusOf(target, { labels: { replica } }), '/-/ready')
    const sidecar = await run(thanosOf(command, 'sidecar', sidecarArgs(url, folder)), '/-/ready')
    sidecars.push(sidecar)
    // It would forget another that is gone for five seconds, and answer as if it were never there.
    endpoints.push(`--endpoint-strict=127.0.0.1:${sidecar.further}`)
  }
  const args = ['--query.replica-label=replica', ...endpoints]
  const { url } = await run(thanosOf(command, 'query', args), '/-/ready')
  const lose = () => ended(sidecars.slice(-1))
  return { url, copies: 2, lose, [Symbol.asyncDispose]: () => ended(all) }
}

const sidecarArgs = (url: string, folder: string) => [
  `--prometheus.url=${url}`,
  `--tsdb.path=${folder}/data`,
]

const thanosOf = (command: string, role: string, more: readonly string[]): Program => ({
  command,
  args: ({ port, further }) => [
    role,
    `--http-address=127.0.0.1:${port}`,
    `--grpc-address=127.0.0.1:${further}`,
    ...more,
  ],
  files: () => ({}),
})

async function startMimir(command: string, target: number): Promise<Queried> {
  const server = await started(mimirOf(command), '/ready')
  const writer = await started(
    prometheusOf(target, { remote: `${server.url}/api/v1/push` }),
    '/-/ready',
  )
  return {
    url: `${server.url}/prometheus`,
    copies: 1,
    [Symbol.asyncDispose]: () => ended([writer, server]),
  }
}

const mimirOf = (command: string): Program => ({
  command,
  args: () => ['-config.file=mimir.yml'],
  files: ({ folder, port, further }) => ({
    'mimir.yml': JSON.stringify({
      multitenancy_enabled: false,
      usage_stats: { enabled: false },
      server: {
        ...{ http_listen_address: '127.0.0.1', http_listen_port: port },
        ...{ grpc_listen_address: '127.0.0.1', grpc_listen_port: further },
      },
      memberlist: { bind_addr: ['127.0.0.1'], bind_port: 0 },
      common: { storage: { backend: 'filesystem', filesystem: { dir: `${folder}/blobs` } } },
      blocks_storage: {
        storage_prefix: 'blocks',
        tsdb: { dir: `${folder}/tsdb` },
        bucket_store: { sync_dir: `${folder}/sync` },
      },
      ingester: { ring: { ...ring, replication_factor: 1, min_ready_duration: '0s' } },
      distributor: { ring },
      frontend: { address: '127.0.0.1' },
      querier: { ring },
      query_scheduler: { ring },
      compactor: { data_dir: `${folder}/compactor`, sharding_ring: ring },
      store_gateway: { sharding_ring: { ...ring, replication_factor: 1 } },
    }),
  }),
})

const ring = { kvstore: { store: 'inmemory' }, instance_addr: '127.0.0.1' }

async function started(program: Program, ready: string): Promise<Started> {
  const server = await start(program)
  await server.whenReady(() => fetch(`${server.url}${ready}`).then(({ ok }) => ok))
  return server
}

async function ended(all: readonly Started[]): Promise<void> {
  for (const one of all) await one[Symbol.asyncDispose]()
}

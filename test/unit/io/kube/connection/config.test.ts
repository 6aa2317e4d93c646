import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { KubeError } from '../../../../../src/errors.ts'
import { connect } from '../../../../../src/io/kube/client.ts'
import {
  type ConnectionFlags,
  loadConnection,
  parseRequestTimeout,
  podNamespace,
} from '../../../../../src/io/kube/connection/config.ts'
import type { Credentials } from '../../../../../src/io/kube/connection/connection.ts'
import { fakeClock } from '../../fake-clock.ts'
import { startProxy } from '../../proxy-stub.ts'
import * as certificates from '../certificates.ts'

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kubectl-canary-'))
})
afterEach(() => rmSync(home, { recursive: true }))

function file(name: string, content: unknown): string {
  const path = join(home, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

function kubeconfig(user: object = {}, cluster: object = {}, context: object = {}) {
  return {
    'current-context': 'main',
    clusters: [{ name: 'c', cluster: { server: 'https://api.test:6443/', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'main', context: { cluster: 'c', user: 'u', ...context } }],
  }
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

function load(flags: ConnectionFlags = {}, env: Record<string, string> = {}, more = {}) {
  return loadConnection(flags, { env, home, accountFolder: join(home, 'account'), ...more })
}

async function headers(flags: ConnectionFlags = {}) {
  return (await load(flags).credentials()).headers
}

function message(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof KubeError) return error.message
    throw error
  }
  throw new Error('expected a KubeError')
}

describe('finding the configuration', () => {
  test('reads ~/.kube/config', () => {
    file('.kube/config', kubeconfig({}, {}, { namespace: 'shop' }))
    expect(load()).toMatchObject({
      server: 'https://api.test:6443',
      namespace: 'shop',
      context: 'main',
    })
  })

  test('merges the files of KUBECONFIG that exist; the first one wins', () => {
    const first = file('first', {
      'current-context': 'b',
      clusters: [{ name: 'c', cluster: { server: 'https://first.test' } }],
    })
    const second = file('second', {
      'current-context': 'a',
      clusters: [
        { name: 'c', cluster: { server: 'https://second.test' } },
        { name: 'd', cluster: { server: 'https://d.test' } },
      ],
      contexts: [
        { name: 'a', context: { cluster: 'd' } },
        { name: 'b', context: { cluster: 'c' } },
      ],
    })
    const env = { KUBECONFIG: [join(home, 'none'), first, second].join(delimiter) }
    expect(load({}, env)).toMatchObject({ context: 'b', server: 'https://first.test' })
    expect(load({ context: 'a' }, env).server).toBe('https://d.test')
  })

  test('lets flags override the parts of the context', () => {
    file('.kube/config', kubeconfig({}, { 'tls-server-name': 'x', 'proxy-url': 'http://p:1' }))
    expect(
      load({
        server: 'other.test:8080',
        namespace: 'n',
        tlsServerName: 'y',
        insecureSkipTlsVerify: true,
        proxyUrl: 'http://q:2',
        requestTimeout: '2m',
      }),
    ).toMatchObject({
      server: 'http://other.test:8080',
      namespace: 'n',
      tlsServerName: 'y',
      insecureSkipTlsVerify: true,
      proxy: 'http://q:2',
      requestTimeoutMs: 120_000,
    })
  })

  test('needs no file when the server is given', () => {
    expect(load({ server: 'https://a.test' })).toMatchObject({ server: 'https://a.test' })
  })

  test('takes the proxy of the environment when the cluster names none', () => {
    file('.kube/config', kubeconfig())
    expect(load({}, { HTTPS_PROXY: 'http://p:1' }).proxy).toBe('http://p:1')
    expect(load({}, { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'api.test' }).proxy).toBeUndefined()
  })

  test('says in one sentence what is wrong', () => {
    const none = join(home, 'none')
    expect(message(() => load())).toBe(
      'no kubeconfig found (tried $KUBECONFIG and ~/.kube/config); use --kubeconfig',
    )
    expect(message(() => load({ kubeconfig: none }))).toBe(
      `stat ${none}: no such file or directory`,
    )
    file('.kube/config', kubeconfig())
    expect(message(() => load({ context: 'x' }))).toBe(
      'Error in configuration: context was not found for specified context: x',
    )
    expect(message(() => load({ cluster: 'x' }))).toBe('no server found for cluster "x"')
    expect(message(() => load({ user: 'x' }))).toBe('auth info "x" does not exist')
    expect(message(() => load({ server: 'ftp://x' }))).toContain('not an http or https address')
    expect(message(() => load({ certificateAuthority: none }))).toBe(
      `unable to read ${none}: no such file or directory`,
    )
  })

  test('never quotes the file that it cannot parse', () => {
    const path = file('.kube/config', 'users:\n- name: u\n  token: "s3cret\n  x: [')
    const said = message(() => load())
    expect(said).toContain(`error loading config file "${path}"`)
    expect(said).not.toContain('s3cret')
  })

  test('bears with a file that is empty, or whose lists are', () => {
    file('.kube/config', '')
    expect(message(() => load())).toContain('use --context')
    file('.kube/config', 'clusters: null\nusers:\n- {}\ncontexts: [null]\n')
    expect(message(() => load())).toContain('use --context')
  })
})

describe('in a pod', () => {
  const env = { KUBERNETES_SERVICE_HOST: '2001:db8::1', KUBERNETES_SERVICE_PORT: '443' }

  test('uses the account of the pod, and reads its token again when it rotates', async () => {
    file('account/ca.crt', certificates.caCertificate)
    file('account/namespace', 'flagger-system\n')
    file('account/token', 'first\n')
    const clock = fakeClock()
    const connection = load({}, env, { clock })
    expect(connection).toMatchObject({
      server: 'https://[2001:db8::1]:443',
      namespace: 'flagger-system',
      certificateAuthority: certificates.caCertificate,
    })
    expect(podNamespace(home)).toBe('')
    expect(podNamespace(join(home, 'account'))).toBe('flagger-system')
    const token = async (refused?: Credentials) =>
      (await connection.credentials(refused)).headers.authorization
    expect(await token()).toBe('Bearer first')
    file('account/token', 'second')
    expect(await token()).toBe('Bearer first')
    clock.step(60_000)
    expect(await token()).toBe('Bearer second')
    file('account/token', 'third')
    expect(await token({ headers: { authorization: 'Bearer second' } })).toBe('Bearer third')
  })

  test('prefers a kubeconfig', () => {
    file('account/token', 'x')
    file('.kube/config', kubeconfig())
    expect(load({}, env).server).toBe('https://api.test:6443')
  })
})

describe('logging in', () => {
  test('with a token, which a flag overrides together with everything else', async () => {
    file('.kube/config', kubeconfig({ token: 'mine' }))
    expect(await headers()).toEqual({ authorization: 'Bearer mine' })
    file('.kube/config', kubeconfig({ exec: { command: 'false' } }))
    expect(await headers({ token: 'other' })).toEqual({ authorization: 'Bearer other' })
  })

  test('with a token file and certificates beside the kubeconfig', async () => {
    file('.kube/token', 'from-file\n')
    file('.kube/client.crt', 'CERT')
    const user = {
      tokenFile: 'token',
      'client-certificate': 'client.crt',
      'client-key-data': base64('KEY'),
    }
    file('.kube/config', kubeconfig(user))
    expect(await load().credentials()).toEqual({
      headers: { authorization: 'Bearer from-file' },
      clientCertificate: 'CERT',
      clientKey: 'KEY',
    })
  })

  test('with a name and a password', async () => {
    file('.kube/config', kubeconfig({ username: 'jane', password: 'pw' }))
    expect(await headers()).toEqual({ authorization: `Basic ${base64('jane:pw')}` })
  })

  test('as somebody else', async () => {
    const user = { token: 't', as: 'jane', 'as-user-extra': { Scopes: ['a', 'b'] } }
    file('.kube/config', kubeconfig(user))
    expect(await headers({ asGroups: ['x', 'y'], asUid: '7' })).toEqual({
      authorization: 'Bearer t',
      'impersonate-user': 'jane',
      'impersonate-uid': '7',
      'impersonate-group': ['x', 'y'],
      'impersonate-extra-scopes': ['a', 'b'],
    })
  })

  test('names the file that holds no token any more', async () => {
    file('.kube/config', kubeconfig({ tokenFile: 'gone' }))
    await expect(load().credentials()).rejects.toThrow(
      `unable to read ${join(home, '.kube/gone')}: no such file or directory`,
    )
  })

  test('with the token of an auth-provider', async () => {
    const payload = base64(JSON.stringify({ exp: 9_999_999_999 }))
    const idToken = `${base64('{}')}.${payload}.x`
    const provider = { name: 'oidc', config: { 'id-token': idToken } }
    file('.kube/config', kubeconfig({ 'auth-provider': provider }))
    expect(await headers()).toEqual({ authorization: `Bearer ${idToken}` })
  }, 20_000)
})

describe('login programs', () => {
  /** A program that counts its runs in a file, and says what it was told. */
  function program(status: string) {
    file(
      '.kube/login.cjs',
      `const fs = require('node:fs')
       const runs = ${JSON.stringify(join(home, 'runs'))}
       fs.appendFileSync(runs, 'x')
       const run = fs.readFileSync(runs, 'utf8').length
       const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO)
       ${status}`,
    )
    return { command: process.execPath, args: [join(home, '.kube/login.cjs')] }
  }

  test('run once, again when their answer expires, and after a refusal', async () => {
    const exec = program(`const expirationTimestamp = '2026-01-01T01:00:00Z'
      console.log(JSON.stringify({ status: { token: 'run-' + run, expirationTimestamp } }))`)
    file('.kube/config', kubeconfig({ exec }))
    const clock = fakeClock()
    const { credentials } = load({}, { PATH: process.env.PATH ?? '' }, { clock })
    const token = async (refused?: Credentials) =>
      (await credentials(refused)).headers.authorization
    expect(await Promise.all([token(), token()])).toEqual(['Bearer run-1', 'Bearer run-1'])
    const first = { headers: { authorization: 'Bearer run-1' } }
    // Refused together, and later than the program has answered again.
    expect(await Promise.all([token(first), token(first)])).toEqual([
      'Bearer run-2',
      'Bearer run-2',
    ])
    expect(await token(first)).toBe('Bearer run-2')
    clock.step(3_600_000)
    expect(await token()).toBe('Bearer run-3')
  })

  test('are waited for as long as a request is, and not read for ever', async () => {
    const path = { PATH: process.env.PATH ?? '' }
    const silent = { command: 'sleep', args: ['600'] }
    file('.kube/config', kubeconfig({ exec: silent }))
    await expect(load({ requestTimeout: '1s' }, path).credentials()).rejects.toThrow(
      'the login program sleep did not answer within 1 s',
    )
    file('.kube/config', kubeconfig({ exec: { command: 'yes' } }))
    await expect(load({}, path).credentials()).rejects.toThrow(
      'the login program yes says more than 1 MiB',
    )
  })

  test('learn the cluster when they ask for it, and may answer with a certificate', async () => {
    const exec = program(`console.log(JSON.stringify({ status: {
      clientCertificateData: info.apiVersion + ' ' + info.spec.cluster.server,
      clientKeyData: process.env.EXTRA } }))`)
    const env = [{ name: 'EXTRA', value: 'yes' }]
    file('.kube/config', kubeconfig({ exec: { ...exec, env, provideClusterInfo: true } }))
    expect(await load().credentials()).toEqual({
      headers: {},
      clientCertificate: 'client.authentication.k8s.io/v1 https://api.test:6443',
      clientKey: 'yes',
    })
  })

  test('that cannot be used are named, without what they said', async () => {
    const said = async (exec: object) => {
      file('.kube/config', kubeconfig({ exec }))
      return load()
        .credentials()
        .then(
          () => '',
          (error: Error) => error.message,
        )
    }
    const none = { command: './none', installHint: 'get it from the platform team' }
    expect(await said(none)).toBe(
      `executable ${join(home, '.kube/none')} not found, which the kubeconfig logs in with\nget it from the platform team`,
    )
    const failing = program('console.log("s3cret"); process.exit(3)')
    expect(await said(failing)).toBe(
      `the login program ${process.execPath} failed with exit code 3`,
    )
    const confused = program('console.log("s3cret")')
    expect(await said(confused)).toBe(`the login program ${process.execPath} gave no credentials`)
    expect(await said({ ...failing, interactiveMode: 'Always' })).toContain('needs a terminal')
    expect(await said({})).toContain('names no command')
  })
})

describe.each([
  { program: 'a controller', brief: false },
  { program: 'a command', brief: true },
])('TLS of $program', ({ brief }) => {
  async function startTls() {
    const server = createServer(
      {
        cert: certificates.serverCertificate,
        key: certificates.serverKey,
        ca: certificates.caCertificate,
        requestCert: true,
        rejectUnauthorized: false,
      },
      (request, response) => {
        const peer = (request.socket as TLSSocket).getPeerCertificate()
        response.end(JSON.stringify({ user: peer.subject?.CN ?? 'nobody' }))
      },
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return {
      url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
      [Symbol.asyncDispose]: () =>
        new Promise<void>((resolve) => {
          server.closeAllConnections()
          server.close(() => resolve())
        }),
    }
  }

  async function ask(flags: ConnectionFlags): Promise<unknown> {
    const kube = connect(load(flags), { brief })
    try {
      return await kube.raw('GET', '/')
    } finally {
      await kube.close()
    }
  }

  test('trusts the named authority only, and checks the name', async () => {
    await using server = await startTls()
    const certificateAuthority = file('ca.crt', certificates.caCertificate)
    const trusting = { server: server.url, certificateAuthority }
    expect(await ask({ ...trusting, tlsServerName: 'api.test' })).toEqual({ user: 'nobody' })
    await expect(ask(trusting)).rejects.toMatchObject({ status: 0, reason: 'Certificate' })
    await expect(ask({ server: server.url })).rejects.toMatchObject({ reason: 'Certificate' })
    expect(await ask({ server: server.url, insecureSkipTlsVerify: true })).toEqual({
      user: 'nobody',
    })
  })

  test('holds through a proxy', async () => {
    await using server = await startTls()
    await using proxy = await startProxy()
    const certificateAuthority = file('ca.crt', certificates.caCertificate)
    const flags = { server: server.url, certificateAuthority, proxyUrl: proxy.url }
    expect(await ask({ ...flags, tlsServerName: 'api.test' })).toEqual({ user: 'nobody' })
    expect(proxy.seen).toEqual([`CONNECT ${new URL(server.url).host}`])
    await expect(ask(flags)).rejects.toMatchObject({ status: 0, reason: 'Certificate' })
  })

  test('shows the certificate of the user', async () => {
    await using server = await startTls()
    const user = {
      'client-certificate-data': base64(certificates.clientCertificate),
      'client-key-data': base64(certificates.clientKey),
    }
    const cluster = {
      server: server.url,
      'tls-server-name': 'api.test',
      'certificate-authority-data': base64(certificates.caCertificate),
    }
    file('.kube/config', kubeconfig(user, cluster))
    expect(await ask({})).toEqual({ user: 'client' })
  })
})

test('reads the values of --request-timeout', () => {
  expect(['0', '5', '1s', '2m', '3h', '10ms', '1m30s'].map(parseRequestTimeout)).toEqual([
    0, 5_000, 1_000, 120_000, 10_800_000, 10, 90_000,
  ])
  expect(() => parseRequestTimeout('1 day')).toThrow('Invalid timeout value')
})

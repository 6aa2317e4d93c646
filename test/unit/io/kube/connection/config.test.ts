import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { connect } from '../../../../../src/io/kube/client.ts'
import {
  type ConnectionFlags,
  parseRequestTimeout,
  podNamespace,
} from '../../../../../src/io/kube/connection/config.ts'
import type { Credentials } from '../../../../../src/io/kube/connection/connection.ts'
import { fakeClock } from '../../fake-clock.ts'
import { startProxy } from '../../proxy-stub.ts'
import * as certificates from '../certificates.ts'
import { base64, file, home, kubeconfig, load, message, useHomes } from './homes.ts'

useHomes()

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

  test('passes over what KUBECONFIG names and nobody has, as if nothing were set', () => {
    const env = { KUBECONFIG: [join(home, 'none'), join(home, 'neither')].join(delimiter) }
    expect(message(() => load({}, env))).toBe(
      'no kubeconfig found (tried $KUBECONFIG and ~/.kube/config); use --kubeconfig',
    )
  })

  test('takes relative paths from the folder of the file that they stand in', async () => {
    file('one/ca.crt', 'of one')
    file('two/ca.crt', 'of two')
    file('two/token', 'of two')
    const first = file('one/config', { 'current-context': 'main' })
    const second = file(
      'two/config',
      kubeconfig({ tokenFile: 'token' }, { 'certificate-authority': 'ca.crt' }),
    )
    const connection = load({}, { KUBECONFIG: [first, second].join(delimiter) })
    expect(connection.certificateAuthority).toBe('of two')
    expect((await connection.credentials()).headers.authorization).toBe('Bearer of two')
  })

  test('speaks plain HTTP where the server does, as kubectl proxy', () => {
    file('.kube/config', kubeconfig({}, { server: 'http://127.0.0.1:8001' }))
    expect(load()).toMatchObject({ server: 'http://127.0.0.1:8001' })
  })

  test('looks on Windows in the homes and in the order of kubectl', () => {
    const at = (folder: string) => join(home, folder)
    const split = { HOMEDRIVE: `${home}/`, HOMEPATH: 'drive' }
    const env = { HOME: at('home'), ...split, USERPROFILE: at('profile') }
    const server = () => load({}, env, { platform: 'win32', home: at('none') }).server
    for (const folder of ['profile', 'drive', 'home']) {
      const cluster = { server: `https://${folder}.test` }
      file(`${folder}/.kube/config`, kubeconfig({}, cluster))
      expect(server()).toBe(`https://${folder}.test`)
    }
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

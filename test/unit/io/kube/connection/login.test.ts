/** How the client logs in: tokens, certificates, names and programs. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Credentials } from '../../../../../src/io/kube/connection/connection.ts'
import { fakeClock } from '../../fake-clock.ts'
import { base64, file, headers, home, kubeconfig, load, useHomes } from './homes.ts'

useHomes()

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

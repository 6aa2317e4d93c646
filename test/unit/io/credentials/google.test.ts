import { generateKeyPairSync, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { googleToken, scope } from '../../../../src/io/credentials/google.ts'
import { surroundings } from './builders.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})
const tokens = 'https://oauth2.googleapis.com/token'
const key = {
  type: 'service_account',
  client_email: 'canary@shop.iam.gserviceaccount.com',
  private_key: privateKey,
  project_id: 'shop',
}
const own = { cloud: 'gcp', secret: {} } as const
const wanted = (serviceAccountKey: string) =>
  ({ cloud: 'gcp', secret: { serviceAccountKey } }) as const
const lease = (project?: string) => ({
  credentials: { cloud: 'gcp', token: 'token-1', ...(project && { project }) },
  untilMs: Date.parse('2026-01-01T01:00:00Z'),
})
const answer = () => ({ body: { access_token: 'token-1', expires_in: 3600 } })

test('the key of the Secret signs for a token, at the address of a user', async () => {
  const around = surroundings({ servers: { [tokens]: answer } })
  expect(await googleToken(wanted(JSON.stringify(key)), around)).toEqual(lease('shop'))
  expect(around.askedForUsers).toEqual([tokens])

  const form = new URLSearchParams(around.asked[0]?.body)
  const [head = '', claims = '', signature = ''] = form.get('assertion')?.split('.') ?? []
  const isGood = verify(
    'RSA-SHA256',
    Buffer.from(`${head}.${claims}`),
    publicKey,
    Buffer.from(signature, 'base64url'),
  )
  expect(isGood).toBe(true)
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
    iss: key.client_email,
    scope,
    aud: tokens,
    iat: 1767225600,
    exp: 1767229200,
  })
})

test.each([
  ['not JSON', 'serviceAccountKey of the Secret is not a JSON object'],
  ['{"type":"external_account"}', 'serviceAccountKey of the Secret is not of type service_account'],
  ['{"type":"service_account"}', 'serviceAccountKey of the Secret has no client_email'],
  [
    JSON.stringify({ ...key, private_key: 'a bad key' }),
    "private_key in serviceAccountKey of the Secret can't be used to sign",
  ],
])('a key that is none is an error which does not show it', async (text, want) => {
  const asking = googleToken(wanted(text), surroundings())
  await expect(asking).rejects.toThrow(want)
  await expect(asking).rejects.not.toThrow('a bad key')
})

test('the key file of the controller is used where no key is in the Secret', async () => {
  const around = surroundings({
    env: { GOOGLE_APPLICATION_CREDENTIALS: '/key.json', GOOGLE_CLOUD_PROJECT: 'other' },
    files: { '/key.json': JSON.stringify(key) },
    servers: { [tokens]: answer },
  })
  expect(await googleToken(own, around)).toEqual(lease('other'))
  expect(around.askedForUsers).toEqual([])
})

test('a machine of Google gives its token and its project', async () => {
  const base = 'http://metadata.google.internal/computeMetadata/v1'
  const around = surroundings({
    servers: {
      [`${base}/instance/service-accounts/default/token`]: answer,
      [`${base}/project/project-id`]: () => ({ body: 'shop\n' }),
    },
  })
  expect(await googleToken(own, around)).toEqual(lease('shop'))
  expect(around.asked.map(({ headers, direct }) => [headers, direct])).toEqual([
    [{ 'Metadata-Flavor': 'Google' }, true],
    [{ 'Metadata-Flavor': 'Google' }, true],
  ])
})

const external = {
  type: 'external_account',
  audience: '//iam.googleapis.com/pool',
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  token_url: 'https://sts.googleapis.com/v1/token',
  credential_source: { file: '/token' },
}

function federated(file: object, servers: object = {}) {
  const around = surroundings({
    env: { GOOGLE_APPLICATION_CREDENTIALS: '/pool.json' },
    files: { '/pool.json': JSON.stringify(file), '/token': 'jwt-1\n' },
    servers: { [external.token_url]: answer, ...servers },
  })
  return { around, asking: googleToken(own, around) }
}

test('the token of another issuer becomes one of Google', async () => {
  const { around, asking } = federated(external)
  expect(await asking).toEqual(lease())
  expect(JSON.parse(around.asked[0]?.body ?? '')).toMatchObject({
    subjectToken: 'jwt-1',
    audience: external.audience,
    scope,
  })
})

test('the token of another issuer becomes one of a service account', async () => {
  const url = 'https://iamcredentials.googleapis.com/v1/a:generateAccessToken'
  const expireTime = '2026-01-01T01:00:00Z'
  const { around, asking } = federated(
    { ...external, service_account_impersonation_url: url },
    { [url]: () => ({ body: { accessToken: 'token-1', expireTime } }) },
  )
  expect(await asking).toEqual(lease())
  expect(around.asked[1]).toMatchObject({
    headers: { Authorization: 'Bearer token-1' },
    body: JSON.stringify({ scope: [scope] }),
  })
})

test('a program that would give a token is never run', async () => {
  const file = { ...external, credential_source: { executable: { command: '/bin/sh' } } }
  await expect(federated(file).asking).rejects.toThrow('names no file; only files are read')
})

test.each([
  [{ status: 400, body: { error: 'invalid_grant', of: 'a-secret' } }, 'status 400'],
  [{ body: '<html>' }, 'the answer of the token server is not a JSON object'],
  [{ body: { access_token: 7 } }, 'the answer of the token server has no access_token'],
])('an answer without a token is an error which does not show it', async (said, want) => {
  const around = surroundings({ servers: { [tokens]: () => said } })
  const asking = googleToken(wanted(JSON.stringify(key)), around)
  await expect(asking).rejects.toThrow(want)
  await expect(asking).rejects.not.toThrow('a-secret')
})

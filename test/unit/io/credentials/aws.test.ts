import { expect, test } from 'vitest'
import { awsKeys } from '../../../../src/io/credentials/aws.ts'
import { surroundings } from './builders.ts'

const wanted = { cloud: 'aws', secret: {}, region: 'eu-west-1' } as const
const keys = { cloud: 'aws', accessKeyId: 'AKIA1', secretAccessKey: 'key-1' }
const until = '2026-01-01T01:00:00Z'
const temporary = {
  credentials: { ...keys, sessionToken: 'session-1' },
  untilMs: Date.parse(until),
}
const answer = { AccessKeyId: 'AKIA1', SecretAccessKey: 'key-1', Token: 'session-1' }
const stored = { ...answer, Expiration: until }

test('keys of the Secret win over those of the environment', async () => {
  const env = { AWS_ACCESS_KEY_ID: 'other', AWS_SECRET_ACCESS_KEY: 'other' }
  const secret = { aws_access_key_id: 'AKIA1', aws_secret_access_key: 'key-1' }
  expect(await awsKeys({ ...wanted, secret }, surroundings({ env }))).toEqual({ credentials: keys })
})

test.each([
  [{ aws_access_key_id: 'AKIA1' }, 'the Secret has no aws_secret_access_key; add it'],
  [{ aws_secret_access_key: 'key-1' }, 'the Secret has no aws_access_key_id; add it'],
])('half of them is an error, and not a reason to use others', async (secret, want) => {
  await expect(awsKeys({ ...wanted, secret }, surroundings())).rejects.toThrow(want)
})

test('keys of the environment win over the identity of the service account', async () => {
  const env = {
    ...{ AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'key-1', AWS_SESSION_TOKEN: 's' },
    ...{ AWS_WEB_IDENTITY_TOKEN_FILE: '/token', AWS_ROLE_ARN: 'arn:role' },
  }
  expect(await awsKeys(wanted, surroundings({ env }))).toEqual({
    credentials: { ...keys, sessionToken: 's' },
  })
})

test('the token of the service account becomes keys of its role', async () => {
  const around = surroundings({
    env: {
      AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
      AWS_ROLE_ARN: 'arn:role',
      AWS_REGION: 'eu-west-1',
    },
    files: { '/token': 'jwt-1\n' },
    servers: {
      'https://sts.eu-west-1.amazonaws.com/': () => ({
        body: `<R><C><AccessKeyId>AKIA1</AccessKeyId><SecretAccessKey>key-1</SecretAccessKey>
          <SessionToken>session-1</SessionToken><Expiration>${until}</Expiration></C></R>`,
      }),
    },
  })
  expect(await awsKeys(wanted, around)).toEqual(temporary)
  expect(Object.fromEntries(new URLSearchParams(around.asked[0]?.body))).toEqual({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: 'arn:role',
    RoleSessionName: 'kubectl-canary',
    WebIdentityToken: 'jwt-1',
  })
})

test.each(['x.evil.example/', 'x@evil.example/', 'a.b', 'evil.example#', 'eu-west-1\n', 'EU'])(
  'the token of the service account is sent to no host that a template makes of its region: %j',
  async (region) => {
    const around = surroundings({
      env: { AWS_WEB_IDENTITY_TOKEN_FILE: '/token', AWS_ROLE_ARN: 'arn:role' },
      files: { '/token': 'jwt-1' },
    })
    await expect(awsKeys({ ...wanted, region }, around)).rejects.toThrow('is no region of AWS')
    expect(around.asked).toEqual([])
  },
)

test('a role that is refused is an error which shows nothing of the token', async () => {
  const around = surroundings({
    env: { AWS_WEB_IDENTITY_TOKEN_FILE: '/token', AWS_ROLE_ARN: 'arn:role' },
    files: { '/token': 'jwt-1' },
    servers: {
      'https://sts.eu-west-1.amazonaws.com/': () => ({ status: 403, body: 'not jwt-1' }),
    },
  })
  await expect(awsKeys(wanted, around)).rejects.toThrow(
    /^https:\/\/sts\.eu-west-1\.amazonaws\.com gave no credentials: status 403$/,
  )
})

test('a token that can not be read is an error with its path', async () => {
  const env = { AWS_WEB_IDENTITY_TOKEN_FILE: '/token', AWS_ROLE_ARN: 'arn:role' }
  await expect(awsKeys(wanted, surroundings({ env }))).rejects.toThrow("/token can't be read")
})

test.each([
  ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'http://169.254.170.23/v1', 'http://169.254.170.23/v1'],
  ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', '/v2/x', 'http://169.254.170.2/v2/x'],
])('a container gives its keys where %s says', async (name, value, url) => {
  const around = surroundings({
    env: { [name]: value, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/token' },
    files: { '/token': 'jwt-1' },
    servers: { [url]: () => ({ body: stored }) },
  })
  expect(await awsKeys(wanted, around)).toEqual(temporary)
  expect(around.asked).toEqual([
    { url, headers: { Authorization: 'jwt-1' }, timeoutMs: 2000, direct: true },
  ])
})

const latest = 'http://169.254.169.254/latest'

test('the instance gives the keys of its role, to who took a session first', async () => {
  const servers = {
    [`${latest}/api/token`]: () => ({ body: 'session\n' }),
    [`${latest}/meta-data/iam/security-credentials/`]: () => ({ body: 'my-role\n' }),
    [`${latest}/meta-data/iam/security-credentials/my-role`]: () => ({ body: stored }),
  }
  const around = surroundings({ servers })
  expect(await awsKeys(wanted, around)).toEqual(temporary)
  expect(around.asked.map(({ method = 'GET', headers }) => [method, headers])).toEqual([
    ['PUT', { 'X-aws-ec2-metadata-token-ttl-seconds': '300' }],
    ['GET', { 'X-aws-ec2-metadata-token': 'session' }],
    ['GET', { 'X-aws-ec2-metadata-token': 'session' }],
  ])
  expect(around.askedForUsers).toEqual([])
})

test('who says that there is no instance is not made to wait for one', async () => {
  const around = surroundings({ env: { AWS_EC2_METADATA_DISABLED: 'true' } })
  await expect(awsKeys(wanted, around)).rejects.toThrow('there are no AWS credentials')
  expect(around.asked).toEqual([])
})

test.each(['<html>', '[]', { ...stored, SecretAccessKey: 7 }])(
  'garbage in place of keys is an error that does not show it',
  async (body) => {
    const url = 'http://127.0.0.1/keys'
    const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: url }
    const around = surroundings({ env, servers: { [url]: () => ({ body }) } })
    await expect(awsKeys(wanted, around)).rejects.toThrow(
      /^the answer of the container (is not a JSON object|has no SecretAccessKey)$/,
    )
  },
)

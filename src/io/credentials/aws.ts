/**
 * Keys for AWS, in the order of its own tools: the template's Secret, the environment, the identity
 * of the pod's service account (IRSA), the container (EKS Pod Identity, ECS), the instance (IMDSv2).
 */
import { ProviderError } from '../../errors.ts'
import { regionalHost } from './aws-domain.ts'
import type { CredentialsWanted, Lease } from './credentials.ts'
import {
  cloudMs,
  fileNamed,
  given,
  nearbyMs,
  objectIn,
  type Surroundings,
  textIn,
} from './surroundings.ts'

/**
 * The first keys that are found. Throws ProviderError where none are, or a source that is named
 * fails.
 */
export async function awsKeys(wanted: CredentialsWanted, around: Surroundings): Promise<Lease> {
  return (
    ofSecret(wanted) ??
    ofEnvironment(around) ??
    (await ofWebIdentity(wanted, around)) ??
    (await ofContainer(around)) ??
    (await ofInstance(around))
  )
}

function ofSecret({ secret }: CredentialsWanted): Lease | undefined {
  const { aws_access_key_id: id, aws_secret_access_key: key, aws_session_token: token } = secret
  if (id === undefined && key === undefined) return undefined
  if (!id) throw new ProviderError('the Secret has no aws_access_key_id; add it')
  if (!key) throw new ProviderError('the Secret has no aws_secret_access_key; add it')
  return lease(id, key, token)
}

function ofEnvironment({ env }: Surroundings): Lease | undefined {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key, AWS_SESSION_TOKEN: token } = env
  return id && key ? lease(id, key, token) : undefined
}

async function ofWebIdentity(
  { region }: CredentialsWanted,
  around: Surroundings,
): Promise<Lease | undefined> {
  const { env, own } = around
  const { AWS_WEB_IDENTITY_TOKEN_FILE: path, AWS_ROLE_ARN: role } = env
  if (!path || !role) return undefined
  const form = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: env.AWS_ROLE_SESSION_NAME || 'kubectl-canary',
    WebIdentityToken: await fileNamed(path, around),
  })
  const { body } = await given(own, {
    method: 'POST',
    url: tokenService(env, env.AWS_REGION || env.AWS_DEFAULT_REGION || region),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `${form}`,
    timeoutMs: cloudMs,
  })
  const read = (tag: string) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(body)?.[1]
  const [id, key] = [read('AccessKeyId'), read('SecretAccessKey')]
  if (!id || !key) throw new ProviderError('the answer of AssumeRoleWithWebIdentity has no keys')
  return lease(id, key, read('SessionToken'), read('Expiration'))
}

function tokenService(env: Surroundings['env'], region: string | undefined): string {
  const named = env.AWS_ENDPOINT_URL_STS
  if (named) return named
  return `https://${region ? regionalHost('sts', region) : 'sts.amazonaws.com'}/`
}

async function ofContainer(around: Surroundings): Promise<Lease | undefined> {
  const { env, own } = around
  const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
  const url = relative ? `http://169.254.170.2${relative}` : env.AWS_CONTAINER_CREDENTIALS_FULL_URI
  if (!url) return undefined
  const path = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
  const token = path ? await fileNamed(path, around) : env.AWS_CONTAINER_AUTHORIZATION_TOKEN
  const headers = token ? { Authorization: token } : {}
  const { body } = await given(own, { url, headers, timeoutMs: nearbyMs, direct: true })
  return leaseIn(body, 'the answer of the container')
}

async function ofInstance({ env, own }: Surroundings): Promise<Lease> {
  if (env.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true')
    throw new ProviderError('there are no AWS credentials; give them by a Secret or a role')
  const base = env.AWS_EC2_METADATA_SERVICE_ENDPOINT || 'http://169.254.169.254'
  const latest = `${base.replace(/\/$/, '')}/latest`
  const common = { timeoutMs: nearbyMs, direct: true }
  const session = await given(own, {
    ...common,
    method: 'PUT',
    url: `${latest}/api/token`,
    headers: { 'X-aws-ec2-metadata-token-ttl-seconds': '300' },
  })
  const headers = { 'X-aws-ec2-metadata-token': session.body.trim() }
  const roles = `${latest}/meta-data/iam/security-credentials/`
  const { body } = await given(own, { ...common, url: roles, headers })
  const [role = ''] = body.trim().split('\n')
  const answer = await given(own, { ...common, url: roles + encodeURIComponent(role), headers })
  return leaseIn(answer.body, 'the answer of the instance')
}

function leaseIn(body: string, what: string): Lease {
  const read = objectIn(body, what)
  const text = (member: string) => textIn(read, member, what)
  return lease(text('AccessKeyId'), text('SecretAccessKey'), text('Token'), text('Expiration'))
}

function lease(
  accessKeyId: string,
  secretAccessKey: string,
  sessionToken: string | undefined,
  until?: string,
): Lease {
  const untilMs = until === undefined ? Number.NaN : Date.parse(until)
  return {
    credentials: {
      cloud: 'aws',
      accessKeyId,
      secretAccessKey,
      ...(sessionToken && { sessionToken }),
    },
    ...(!Number.isNaN(untilMs) && { untilMs }),
  }
}

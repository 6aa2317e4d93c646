/** The flags that several commands share, by group. Every switch can be negated, as in kubectl. */
import { boolean, integer, string } from '@oclif/core/flags'

const text = (summary: string, char?: 'n' | 's' | 'l' | 'o' | 'v') =>
  string({ summary, ...(char ? { char } : {}) })
// oclif would let a repeatable flag swallow the names that follow it.
const texts = (summary: string, char?: 'f') =>
  string({ summary, multiple: true, multipleNonGreedy: true, ...(char ? { char } : {}) })
const onOff = (summary: string, char?: 'A' | 'R' | 'y' | 'h') =>
  boolean({ summary, allowNo: true, ...(char ? { char } : {}) })

/** Accepted by every command; `kubectl canary options` style flags of kubectl itself. */
export const globalFlags = {
  kubeconfig: text('Path to the kubeconfig file to use'),
  context: text('The name of the kubeconfig context to use'),
  cluster: text('The name of the kubeconfig cluster to use'),
  user: text('The name of the kubeconfig user to use'),
  namespace: text('The namespace to look in; default is that of the context', 'n'),
  server: text('The address and port of the API server', 's'),
  token: text('Bearer token for authentication to the API server'),
  as: text('Username to impersonate'),
  'as-group': texts('Group to impersonate; can be repeated'),
  'as-uid': text('UID to impersonate'),
  'as-user-extra': texts('User extras to impersonate, as KEY=VALUE; can be repeated'),
  'client-certificate': text('Path to a client certificate file for TLS'),
  'client-key': text('Path to a client key file for TLS'),
  'certificate-authority': text('Path to a certificate file for the certificate authority'),
  'tls-server-name': text('Server name to check the server certificate against'),
  'insecure-skip-tls-verify': onOff('Do not check the certificate of the server'),
  'request-timeout': text(
    'How long the server may take for all that a command asks, such as 10s; 0 is for ever',
  ),
  'chunk-size': integer({
    summary: 'Read long lists in pieces of so many objects; 0 reads them at once',
    default: 500,
    min: 0,
  }),
  'cache-dir': text('Accepted as kubectl does; nothing is cached'),
  'disable-compression': onOff('Accepted as kubectl does; compression is up to the server'),
  color: string({
    summary: 'When to colour the output; --no-color is the same as never',
    options: ['auto', 'always', 'never'],
    default: 'auto',
  }),
  ascii: onOff('Draw with ASCII characters only'),
  v: text(
    'Log level: 6 shows requests, 8 also headers and bodies without secrets, 9 more of them and stack traces',
    'v',
  ),
  help: onOff('Show help for the command', 'h'),
}

export const selectFlags = {
  selector: text('Canaries with these labels, as in kubectl get -l', 'l'),
  all: onOff('All canaries of the namespace'),
  'all-namespaces': onOff('Across all namespaces', 'A'),
  filename: texts(
    'Canaries, or workloads with one, found in this file, directory or URL; - is stdin',
    'f',
  ),
  recursive: onOff('Look into the directories below those of --filename', 'R'),
}

/** `-o`, with the formats that this command has. */
export function outputFlag(...formats: string[]) {
  return text(`Output format: ${formats.join(', ')}, jsonpath=..., jsonpath-file=...`, 'o')
}

const columns = ['custom-columns=...', 'custom-columns-file=...']

export const printFlags = {
  output: outputFlag('json', 'yaml', 'name', 'wide', ...columns),
  'show-managed-fields': onOff('Keep managedFields in JSON and YAML'),
}

export const reportFlags = { ...printFlags, output: outputFlag('json', 'yaml', 'name', 'wide') }

export const headerFlags = {
  'no-headers': onOff('Leave out the line with the column names'),
}

/** Of everything that writes to the cluster. */
export const writeFlags = {
  'dry-run': string({
    summary: 'client: send nothing; server: let the server check, and keep nothing',
    options: ['none', 'client', 'server'],
    default: 'none',
  }),
  'field-manager': string({
    summary: 'Name of the manager that the change is recorded under',
    default: 'canary-cli',
  }),
}

export const changeFlags = {
  output: outputFlag('json', 'yaml', 'name'),
  ...writeFlags,
  reason: text('Why; kept with the request and shown in events'),
  revision: text('Act only if this revision is being released'),
  yes: onOff('Do not ask', 'y'),
  via: string({
    summary: 'How to ask: by annotation, by the spec (for Flagger), or whatever fits',
    options: ['auto', 'annotation', 'spec'],
    default: 'auto',
  }),
  'ack-timeout': string({
    summary: 'How long to wait for the answer of the controller; 0 does not wait',
    default: '15s',
  }),
}

export const waitFlags = {
  wait: onOff('Wait until the run has ended'),
  timeout: string({ summary: 'How long to wait at most; 0 is for ever', default: '0' }),
}

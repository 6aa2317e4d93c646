import { expect, test } from 'vitest'
import { parseConfig } from '../../../../controller/process/config/config.ts'
import { flagSpecs, usage } from '../../../../controller/process/config/flag-specs.ts'
import { UsageError } from '../../../../src/errors.ts'

const none = {}

test('without flags the defaults are those of Flagger', () => {
  expect(parseConfig([], none)).toMatchObject({
    meshProvider: 'istio',
    metricsServer: 'http://prometheus:9090',
    controlLoopMs: 10_000,
    threads: 2,
    port: 8080,
    qps: 0,
    burst: 250,
    logLevel: 'debug',
    selectorLabels: ['app', 'name', 'app.kubernetes.io/name'],
    includeLabelPrefix: [],
    configTracking: true,
    leaderElection: false,
    leaseNamespace: 'kube-system',
    ingressAnnotationsPrefix: 'nginx.ingress.kubernetes.io',
    globalAlerts: undefined,
    minIntervalMs: 10_000,
  })
})

test.each([
  ['-mesh-provider=nginx'],
  ['--mesh-provider=nginx'],
  ['-mesh-provider', 'nginx'],
  ['--mesh-provider', 'nginx'],
  ['-mesh-provider=istio', '-mesh-provider=nginx'],
])('%s %s: one dash or two, with or without an equals sign, the last one wins', (...args) => {
  expect(parseConfig(args, none).meshProvider).toBe('nginx')
})

test('a value may hold equals signs and begin with a dash', () => {
  const config = parseConfig(['-metrics-server=http://p/?a=b', '-cluster-name', '-x-'], none)
  expect(config).toMatchObject({ metricsServer: 'http://p/?a=b', clusterName: '-x-' })
})

test('a boolean is set by its name, or by a word in the spelling of Go', () => {
  expect(parseConfig(['-enable-leader-election'], none).leaderElection).toBe(true)
  expect(parseConfig(['-enable-config-tracking=F'], none).configTracking).toBe(false)
  // As in Go, a boolean takes no value from the next argument.
  expect(() => parseConfig(['-enable-leader-election', 'false'], none)).toThrow(UsageError)
})

test('flags of the logging library that manifests carry are taken, and mean nothing', () => {
  const args = ['-logtostderr', '-v=4', '-stderrthreshold', 'INFO', '-alsologtostderr=true']
  expect(parseConfig(args, none)).toEqual(parseConfig([], none))
})

test('a list may be empty, and its items may have spaces around them', () => {
  expect(parseConfig(['-selector-labels= a , b,'], none).selectorLabels).toEqual(['a', 'b'])
  expect(parseConfig(['-include-label-prefix='], none).includeLabelPrefix).toEqual([])
})

test('environment variables win over flags, unless they are empty', () => {
  const args = ['-slack-url=http://flag', '-cluster-name=flag', '-event-webhook=http://flag']
  const env = { SLACK_URL: 'http://env', EVENT_WEBHOOK_URL: '' }
  expect(parseConfig(args, env)).toMatchObject({
    globalAlerts: { type: 'slack', target: { address: 'http://env' } },
    eventWebhook: 'http://flag',
  })
})

test('alerts of all canaries go to Teams where both are told, and by the usual name', () => {
  const teams = { address: 'http://teams', token: '', proxy: '' }
  const usual = { username: 'flagger', channel: 'general' }
  expect(
    parseConfig(['-slack-url=http://slack', '-msteams-url=http://teams'], none).globalAlerts,
  ).toEqual({ type: 'msteams', target: { ...teams, ...usual } })
  expect(parseConfig(['-slack-url=http://slack', '-slack-channel='], none).globalAlerts).toEqual({
    type: 'slack',
    target: { address: 'http://slack', token: '', proxy: '', ...usual },
  })
})

test('the lease lies in the namespace that is looked after', () => {
  const args = ['-namespace=shop', '-leader-election-namespace=elsewhere']
  expect(parseConfig(args, none).leaseNamespace).toBe('shop')
  expect(parseConfig(args.slice(1), none).leaseNamespace).toBe('elsewhere')
})

test('references need consent where the flag says so, and the namespace of the pod is home', () => {
  expect(parseConfig([], none).sharing).toEqual({ isRequired: false, home: '' })
  const args = ['-require-shared-with=true']
  const sharing = { isRequired: true, home: 'flagger-system' }
  expect(parseConfig(args, { POD_NAMESPACE: 'flagger-system' }).sharing).toEqual(sharing)
})

test('an unknown log level means info, and there is always a thread', () => {
  expect(parseConfig(['-log-level=loud', '-threadiness=0'], none)).toMatchObject({
    logLevel: 'info',
    threads: 1,
  })
})

test.each([
  [['-nonsense'], 'unknown flag -nonsense; see -help'],
  [['---port=1'], '"---port=1" is not a flag; see -help'],
  [['serve'], '"serve" is not a flag; see -help'],
  [['-'], '"-" is not a flag; see -help'],
  [['-port'], 'flag -port needs a value: -port=VALUE'],
  [['-port=http'], 'flag -port must be a whole number, not "http"'],
  [['-kubeconfig-qps=-1'], 'flag -kubeconfig-qps must be a whole number, not "-1"'],
  [['-threadiness=1.5'], 'flag -threadiness must be a whole number, not "1.5"'],
  [['-dry-run=maybe'], 'flag -dry-run must be true or false, not "maybe"'],
  [
    ['-control-loop-interval=10'],
    'flag -control-loop-interval must be a duration such as 10s, not "10"',
  ],
  [
    ['-control-loop-interval=0s'],
    'flag -control-loop-interval must be a duration such as 10s, not "0s"',
  ],
])('%j is refused: %s', (args, message) => {
  expect(() => parseConfig(args, none)).toThrow(new UsageError(message))
})

test('the configuration cannot be changed', () => {
  expect(Object.isFrozen(parseConfig([], none))).toBe(true)
})

test('the help has a line for every flag', () => {
  for (const name of Object.keys(flagSpecs)) expect(usage()).toContain(`\n  -${name}\n`)
})

test('a judge for a whole fleet works in the shadow alone', () => {
  expect(parseConfig([], none).shadowJudge).toBe(false)
  expect(parseConfig(['-judge=shadow'], none).shadowJudge).toBe(true)
  expect(() => parseConfig(['-judge=enforce'], none)).toThrow(
    '-judge=enforce is not known; use -judge=shadow, or leave it out',
  )
})

test.each([
  ['127.0.0.1:9797', { address: '127.0.0.1', port: 9797 }],
  [':9797', { address: '', port: 9797 }],
  ['[::1]:9797', { address: '::1', port: 9797 }],
  ['', undefined],
])('metrics are served at %j alone', (given, want) => {
  expect(parseConfig([`-metrics-address=${given}`], {}).metricsAddress).toEqual(want)
})

test.each(['9797', 'localhost', '127.0.0.1:', ':70000'])('metrics at %j are refused', (given) => {
  expect(() => parseConfig([`-metrics-address=${given}`], {})).toThrow(
    `flag -metrics-address must be like 127.0.0.1:9797 or :9797, not "${given}"`,
  )
})

test.each([
  'https://ops.example/{{ namespace }}/{{name}}?gate={{ gate }}&of={{ cluster }}',
  'http://ops.example/gates',
])('%s is a page of gates', (url) => {
  expect(parseConfig([`-gate-url=${url}`], none).gateUrl).toBe(url)
})

test.each(['ops.example/{{ name }}', 'https://ops.example/{{ nam }}', 'ftp://ops.example/'])(
  '%s is none, which is told at the start',
  (url) => {
    expect(() => parseConfig([`-gate-url=${url}`], none)).toThrow(/^flag -gate-url must be /)
  },
)

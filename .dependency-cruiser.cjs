const { existsSync, readdirSync } = require('node:fs')
const { join } = require('node:path')

/** The layers of the project; each rule says why in its comment. */
const apart = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

/** Folders with an `index.ts` are one thing of their sort. */
const sorts = ['routers', 'workloads', 'scalers', 'metrics', 'notifiers', 'requests']
const thingsOf = (sort) =>
  readdirSync(join(__dirname, 'src', sort)).filter((name) =>
    existsSync(join(__dirname, 'src', sort, name, 'index.ts')),
  )
const things = sorts.map((sort) => `${sort}/(?:${thingsOf(sort).join('|')})`).join('|')

module.exports = {
  forbidden: [
    apart(
      'no-cycles',
      'a cycle has no first part to understand',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    apart(
      'commands-not-controller',
      'the two programs share src only',
      { path: '^commands' },
      { path: '^controller' },
    ),
    apart(
      'controller-not-commands',
      'the two programs share src only',
      { path: '^controller' },
      { path: '^commands' },
    ),
    apart(
      'src-alone',
      'the domain knows neither program',
      { path: '^src' },
      { path: '^(commands|controller|test|scripts|bench)' },
    ),
    apart(
      'io-only-in-io',
      'the domain is pure: adapters live in src/io and src/sandbox',
      { path: '^src/(?!io/|sandbox/)' },
      { path: '^(node:)?(fs|net|http|https|child_process|dns|tls|os|timers|worker_threads)(/|$)' },
    ),
    apart(
      'statistics-in-judge',
      'the analysis knows verdicts, and the judge knows neither queries nor runs',
      { path: '^src/analysis/' },
      { path: '^src/judge/' },
    ),
    apart(
      'judge-alone',
      'evidence is made of counts, whoever counted them',
      { path: '^src/judge/' },
      { path: '^src/(?!judge/|canary/)' },
    ),
    apart(
      'adapters-by-port',
      'the domain knows ports, not adapters',
      { path: '^src/(?!io/|sandbox/)' },
      {
        path: '^src/io/(http-client|kube/(client|events|lease|cache/(cache|list-watch)|connection/config))',
      },
    ),
    apart(
      'client-node-in-io',
      'one home for each package',
      { pathNot: '^src/io/' },
      { path: 'node_modules/@kubernetes/client-node' },
    ),
    apart(
      'undici-in-io',
      'one home for each package',
      { pathNot: '^src/io/' },
      { path: 'node_modules/undici' },
    ),
    apart(
      'oclif-in-commands',
      'one home for each package',
      { pathNot: '^commands/' },
      { path: 'node_modules/(@oclif/|chalk/|cli-table3/)' },
    ),
    apart(
      'pino-in-controller',
      'one home for each package',
      { pathNot: '^controller/' },
      { path: 'node_modules/(pino|prom-client)/' },
    ),
    apart(
      'decide-knows-no-provider',
      'the analysis speaks of abilities, not of providers',
      { path: '^src/(analysis|requests)' },
      {
        path: '^src/(routers/(?!router)|workloads/(?!workload)|scalers/(?!scaler)|metrics|webhooks|notifiers|template|sandbox|io)',
      },
    ),
    apart(
      'rows-not-analysis',
      'the plugin reads the rows of requests; what they bring about is for the controller alone',
      {
        path: '^src/requests/(?!taking/|orders[.]|[^/]+/(carry-out|way)[.])',
      },
      {
        path: '^src/(analysis/(?!weights)|requests/(taking/|orders[.]|[^/]+/(carry-out|way)[.]))',
      },
    ),
    apart(
      'plugins-not-analysis',
      'a plugin knows nothing of the analysis but its data',
      { path: '^src/(routers|workloads|scalers|metrics|notifiers)' },
      { path: '^src/analysis/(?!decision)' },
    ),
    apart(
      'things-by-registry',
      'only its registry loads a thing; but built-in checks and counters are of Prometheus, an autoscaler that nobody names is an HPA, and both ends of a run know abort and promote',
      {
        pathNot: `^src/(?:${things})/|[.]gen[.]ts$|^src/(metrics/(checks|counting/checks|probes)|scalers/by-hand|analysis/(decide|rules/target-is-gone))[.]ts$`,
      },
      { path: `^src/(?:${things})/(?!plane)` },
    ),
    apart(
      'things-apart',
      "a thing knows no sibling; but Google's service speaks the language of Prometheus",
      { path: `^src/(${things})/`, pathNot: '^src/metrics/stackdriver/' },
      { path: `^src/(?:${things})/`, pathNot: '^src/$1/' },
    ),
    apart(
      'plane-knows-no-router',
      'a data plane judges what a router wrote: it is written from the documentation alone',
      { path: '^src/routers/[^/]+/plane' },
      { path: '^src/routers/', pathNot: '^src/routers/[^/]+/plane' },
    ),
    apart(
      'planes-in-the-sandbox',
      'no program of a real cluster loads a data plane',
      { path: '^(commands|controller|src/(?!sandbox/|routers/[^/]+/plane))' },
      { path: '^src/(routers/[^/]+/plane|sandbox/planes)' },
    ),
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}

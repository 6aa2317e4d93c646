import { expect, test } from 'vitest'
import { type Body, client, deployment, deployments, server } from './support.ts'

const services = '/api/v1/namespaces/default/services'
const service = (spec: Body, name = 'a'): Body => ({ metadata: { name }, spec })

test('gives a service an address, families and ports in full', async () => {
  const send = client(await server())
  const { body } = await send(
    'POST',
    services,
    service({ selector: { app: 'a' }, ports: [{ port: 80 }] }),
  )
  expect(body.spec).toEqual({
    type: 'ClusterIP',
    clusterIP: '10.0.0.10',
    clusterIPs: ['10.0.0.10'],
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    internalTrafficPolicy: 'Cluster',
    sessionAffinity: 'None',
    selector: { app: 'a' },
    ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
  })
  const next = await send('POST', services, service({ ports: [{ port: 80 }] }, 'b'))
  expect(next.body.spec.clusterIP).toBe('10.0.0.11')
})

test('keeps the address of a service, and lets nobody change it', async () => {
  const send = client(await server())
  const { body } = await send('POST', services, service({ ports: [{ port: 80 }] }))
  const { clusterIP: _, clusterIPs: __, ...spec } = body.spec
  const again = await send('PUT', `${services}/a`, { ...body, spec })
  expect(again.body.spec.clusterIP).toBe(body.spec.clusterIP)
  const moved = await send('PATCH', `${services}/a`, { spec: { clusterIP: '10.0.9.9' } })
  expect([moved.status, moved.body.message]).toEqual([
    422,
    'Service "a" is invalid: spec.clusterIPs[0]: Invalid value: ["10.0.9.9"]: may not change once set',
  ])
})

test('leaves a headless service without an address', async () => {
  const send = client(await server())
  const { body } = await send(
    'POST',
    services,
    service({ clusterIP: 'None', ports: [{ port: 80 }] }),
  )
  expect(body.spec).toMatchObject({ clusterIP: 'None', clusterIPs: ['None'] })
})

test.each([
  [
    { ports: [{ port: 70000, targetPort: 80 }] },
    'spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive',
  ],
  [{}, 'spec.ports: Required value'],
  [
    {
      ports: [
        { name: 'a', port: 1 },
        { name: 'a', port: 2 },
      ],
    },
    'spec.ports[1].name: Duplicate value: "a"',
  ],
  [
    {
      ports: [
        { name: 'a', port: 1 },
        { name: 'b', port: 1 },
      ],
    },
    'spec.ports[1]: Duplicate value: {"protocol":"TCP","port":1}',
  ],
  [
    { type: 'Odd', ports: [{ port: 1 }] },
    'spec.type: Unsupported value: "Odd": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
  ],
])('refuses the service %j', async (spec, message) => {
  const send = client(await server())
  const { status, body } = await send('POST', services, service(spec))
  expect([status, body.message]).toEqual([422, `Service "a" is invalid: ${message}`])
})

test('completes a deployment as the real server does', async () => {
  const send = client(await server())
  const { body } = await send('POST', deployments, {
    metadata: { name: 'a' },
    spec: {
      selector: { matchLabels: { app: 'a' } },
      template: {
        metadata: { labels: { app: 'a' } },
        spec: {
          containers: [
            {
              name: 'c',
              image: 'registry:5000/app',
              ports: [{ containerPort: 80 }],
              readinessProbe: { httpGet: { port: 80 } },
              env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
            },
          ],
          volumes: [{ name: 'v', configMap: { name: 'm' } }],
        },
      },
    },
  })
  expect(body.spec).toEqual({
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    selector: { matchLabels: { app: 'a' } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    template: {
      metadata: { labels: { app: 'a' } },
      spec: {
        restartPolicy: 'Always',
        terminationGracePeriodSeconds: 30,
        dnsPolicy: 'ClusterFirst',
        securityContext: {},
        schedulerName: 'default-scheduler',
        volumes: [{ name: 'v', configMap: { name: 'm', defaultMode: 420 } }],
        containers: [
          {
            name: 'c',
            image: 'registry:5000/app',
            imagePullPolicy: 'Always',
            terminationMessagePath: '/dev/termination-log',
            terminationMessagePolicy: 'File',
            resources: {},
            ports: [{ containerPort: 80, protocol: 'TCP' }],
            readinessProbe: {
              httpGet: { path: '/', port: 80, scheme: 'HTTP' },
              timeoutSeconds: 1,
              periodSeconds: 10,
              successThreshold: 1,
              failureThreshold: 3,
            },
            env: [
              {
                name: 'IP',
                valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } },
              },
            ],
          },
        ],
      },
    },
  })
})

test('refuses a deployment whose selector misses its own pods, or changes', async () => {
  const send = client(await server())
  const wrong = await send(
    'POST',
    deployments,
    deployment('a', { selector: { matchLabels: { app: 'b' } } }),
  )
  expect([wrong.status, wrong.body.message]).toEqual([
    422,
    'Deployment.apps "a" is invalid: spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`',
  ])
  await send('POST', deployments, deployment('a'))
  const labels = { app: 'a', more: 'b' }
  const changed = await send('PATCH', `${deployments}/a`, {
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } },
  })
  expect([changed.status, changed.body.message]).toEqual([
    422,
    'Deployment.apps "a" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"a","more":"b"}}: field is immutable',
  ])
})

test('completes daemon sets, autoscalers and secrets', async () => {
  const send = client(await server())
  const { body: daemonSet } = await send('POST', '/apis/apps/v1/namespaces/default/daemonsets', {
    metadata: { name: 'a' },
    spec: { ...deployment('a').spec },
  })
  expect(daemonSet.spec.updateStrategy).toEqual({
    type: 'RollingUpdate',
    rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
  })
  const { body: scaler } = await send(
    'POST',
    '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers',
    {
      metadata: { name: 'a' },
      spec: {
        maxReplicas: 3,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' },
      },
    },
  )
  expect(scaler.spec).toMatchObject({ minReplicas: 1, metrics: [{ type: 'Resource' }] })
  const { body: secret } = await send('POST', '/api/v1/namespaces/default/secrets', {
    metadata: { name: 'a' },
    stringData: { key: 'value' },
  })
  expect(secret).toMatchObject({ type: 'Opaque', data: { key: 'dmFsdWU=' } })
  expect(secret.stringData).toBeUndefined()
})

test('wants a path type of every path of an ingress', async () => {
  const send = client(await server())
  const backend = { service: { name: 'a', port: { number: 80 } } }
  const ingress = (path: Body): Body => ({
    metadata: { name: 'a' },
    spec: { rules: [{ http: { paths: [{ path: '/', backend, ...path }] } }] },
  })
  const path = '/apis/networking.k8s.io/v1/namespaces/default/ingresses'
  const { status, body } = await send('POST', path, ingress({}))
  expect([status, body.message]).toEqual([
    422,
    'Ingress.networking.k8s.io "a" is invalid: spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified',
  ])
  expect((await send('POST', path, ingress({ pathType: 'Prefix' }))).status).toBe(201)
})

test.each([
  ['services', 'web.v2', /metadata\.name: Invalid value: "web\.v2": must not contain dots/],
  ['services', 'Web', /metadata\.name: Invalid value: "Web": a lowercase RFC 1123 label/],
  ['services', 'a'.repeat(64), /must be no more than 63 characters/],
  ['configmaps', 'A', /a lowercase RFC 1123 subdomain/],
  ['configmaps', '', /metadata.name: Required value: name or generateName is required/],
])('refuses %s named "%s"', async (plural, name, message) => {
  const send = client(await server())
  const { status, body } = await send('POST', `/api/v1/namespaces/default/${plural}`, {
    metadata: { name },
    spec: { ports: [{ port: 80 }] },
  })
  expect(status).toBe(422)
  expect(body.message).toMatch(message)
})

test('takes a Service whose name begins with a digit', async () => {
  const send = client(await server())
  const { status } = await send('POST', '/api/v1/namespaces/default/services', {
    metadata: { name: '2048-canary' },
    spec: { ports: [{ port: 80 }] },
  })
  expect(status).toBe(201)
})

test.each([
  [{ name: 'Web' }, /ports\[0\]\.name: Invalid value: "Web": a lowercase RFC 1123 label/],
  [{ targetPort: 'container-port-80' }, /targetPort: .* must be no more than 15 characters/],
  [{ targetPort: 'web--1' }, /targetPort: .* must not contain consecutive hyphens/],
  [{ targetPort: '80' }, /targetPort: .* must contain at least one letter/],
  [{ appProtocol: 'a b' }, /appProtocol: Invalid value: "a b"/],
])('refuses the port of a Service %j', async (port, message) => {
  const send = client(await server())
  const { status, body } = await send('POST', '/api/v1/namespaces/default/services', {
    metadata: { name: 'web' },
    spec: { ports: [{ port: 80, ...port }] },
  })
  expect(status).toBe(422)
  expect(body.message).toMatch(message)
})

test('refuses labels that are none', async () => {
  const send = client(await server())
  const { body } = await send('POST', '/api/v1/namespaces/default/configmaps', {
    metadata: { name: 'a', labels: { a: 'not valid' } },
  })
  expect(body.message).toMatch(
    /^ConfigMap "a" is invalid: metadata.labels: Invalid value: "not valid": a valid label must/,
  )
})

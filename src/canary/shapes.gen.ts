/** Generated from crds/ by `npm run generate`; not to be edited. */
import type { Shape } from './conform.ts'

export const canarySpecShape = {
  type: 'object',
  required: ['targetRef', 'analysis'],
  properties: {
    provider: {
      type: 'string',
      enum: [
        'apisix',
        'appmesh',
        'appmesh:v1beta2',
        'contour',
        'gatewayapi:v1',
        'gatewayapi:v1beta1',
        'gloo',
        'istio',
        'knative',
        'kubernetes',
        'kuma',
        'linkerd',
        'nginx',
        'osm',
        'skipper',
        'smi:v1alpha1',
        'smi:v1alpha2',
        'smi:v1alpha3',
        'traefik',
        'alb',
      ],
      pattern: '^custom:[a-z0-9]([-.a-z0-9]*[a-z0-9])?$',
    },
    metricsServer: { type: 'string' },
    targetRef: {
      type: 'object',
      required: ['apiVersion', 'kind', 'name'],
      properties: {
        apiVersion: { type: 'string' },
        kind: { type: 'string', enum: ['DaemonSet', 'Deployment', 'Service', 'StatefulSet'] },
        name: { type: 'string', maxLength: 253 },
      },
    },
    autoscalerRef: {
      type: 'object',
      required: ['apiVersion', 'kind', 'name'],
      properties: {
        apiVersion: { type: 'string' },
        kind: { type: 'string', enum: ['HorizontalPodAutoscaler', 'ScaledObject'] },
        name: { type: 'string', maxLength: 253 },
        primaryScalerQueries: { type: 'object', values: { type: 'string' } },
        primaryScalerReplicas: {
          type: 'object',
          properties: {
            minReplicas: { type: 'integer', minimum: 0 },
            maxReplicas: { type: 'integer', minimum: 1 },
          },
        },
      },
    },
    ingressRef: {
      type: 'object',
      required: ['apiVersion', 'kind', 'name'],
      properties: {
        apiVersion: { type: 'string' },
        kind: { type: 'string', enum: ['Ingress'] },
        name: { type: 'string', maxLength: 253 },
      },
    },
    ingressRefs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['apiVersion', 'kind', 'name'],
        properties: {
          apiVersion: { type: 'string' },
          kind: { type: 'string', enum: ['Ingress'] },
          name: { type: 'string', maxLength: 253 },
        },
      },
    },
    httpRouteRefs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name'],
        properties: {
          apiVersion: { type: 'string' },
          kind: { type: 'string', enum: ['HTTPRoute'] },
          name: { type: 'string', maxLength: 253 },
        },
      },
    },
    routeRef: {
      type: 'object',
      required: ['apiVersion', 'kind', 'name'],
      properties: {
        apiVersion: { type: 'string' },
        kind: { type: 'string', enum: ['ApisixRoute'] },
        name: { type: 'string', maxLength: 253 },
      },
    },
    upstreamRef: {
      type: 'object',
      required: ['apiVersion', 'kind', 'name'],
      properties: {
        apiVersion: { type: 'string' },
        kind: { type: 'string', enum: ['Upstream'] },
        name: { type: 'string', maxLength: 253 },
        namespace: { type: 'string', maxLength: 63 },
      },
    },
    service: {
      type: 'object',
      required: ['port'],
      properties: {
        name: { type: 'string', maxLength: 63 },
        port: { type: 'integer', minimum: 1, maximum: 65535 },
        portName: { type: 'string' },
        targetPort: {},
        appProtocol: { type: 'string' },
        trafficDistribution: {
          type: 'string',
          enum: ['PreferClose', 'PreferSameZone', 'PreferSameNode'],
        },
        portDiscovery: { type: 'boolean' },
        headless: { type: 'boolean' },
        timeout: { type: 'string' },
        backendTimeout: { type: 'string' },
        gateways: { type: 'array', items: { type: 'string' } },
        gatewayRefs: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name'],
            properties: {
              group: { type: 'string', maxLength: 253 },
              kind: { type: 'string', maxLength: 63 },
              name: { type: 'string', maxLength: 253 },
              namespace: { type: 'string', maxLength: 63 },
              sectionName: { type: 'string', maxLength: 253 },
              port: { type: 'integer', minimum: 1, maximum: 65535 },
            },
          },
          maxItems: 32,
        },
        hosts: { type: 'array', items: { type: 'string' } },
        delegation: { type: 'boolean' },
        trafficPolicy: {
          type: 'object',
          properties: {
            connectionPool: {
              type: 'object',
              properties: {
                http: {
                  type: 'object',
                  properties: {
                    h2UpgradePolicy: {
                      type: 'string',
                      enum: ['DEFAULT', 'DO_NOT_UPGRADE', 'UPGRADE'],
                    },
                    http1MaxPendingRequests: { type: 'integer' },
                    http2MaxRequests: { type: 'integer' },
                    maxRequestsPerConnection: { type: 'integer' },
                    maxRetries: { type: 'integer' },
                    idleTimeout: { type: 'string' },
                  },
                  open: true,
                },
                tcp: {
                  type: 'object',
                  properties: {
                    maxConnections: { type: 'integer' },
                    connectTimeout: { type: 'string' },
                  },
                  open: true,
                },
              },
              open: true,
            },
            loadBalancer: {
              type: 'object',
              properties: {
                simple: {
                  type: 'string',
                  enum: ['ROUND_ROBIN', 'LEAST_CONN', 'RANDOM', 'PASSTHROUGH', 'LEAST_REQUEST'],
                },
                consistentHash: {
                  type: 'object',
                  properties: {
                    httpHeaderName: { type: 'string' },
                    httpCookie: {
                      type: 'object',
                      properties: {
                        name: { type: 'string' },
                        path: { type: 'string' },
                        ttl: { type: 'string' },
                      },
                    },
                    useSourceIp: { type: 'boolean' },
                    httpQueryParameterName: { type: 'string' },
                    minimumRingSize: { type: 'integer' },
                  },
                  open: true,
                },
                localityLbSetting: {
                  type: 'object',
                  properties: {
                    enabled: { type: 'boolean' },
                    distribute: {
                      type: 'array',
                      items: {
                        type: 'object',
                        properties: {
                          from: { type: 'string' },
                          to: { type: 'object', values: { type: 'integer' } },
                        },
                      },
                    },
                    failover: {
                      type: 'array',
                      items: {
                        type: 'object',
                        properties: { from: { type: 'string' }, to: { type: 'string' } },
                      },
                    },
                    failoverPriority: { type: 'array', items: { type: 'string' } },
                  },
                  open: true,
                },
                warmupDurationSecs: { type: 'string' },
              },
              open: true,
            },
            outlierDetection: {
              type: 'object',
              properties: {
                consecutive5xxErrors: { type: 'integer' },
                consecutiveErrors: { type: 'integer' },
                consecutiveGatewayErrors: { type: 'integer' },
                consecutiveLocalOriginFailures: { type: 'integer' },
                interval: { type: 'string' },
                baseEjectionTime: { type: 'string' },
                maxEjectionPercent: { type: 'integer' },
                minHealthPercent: { type: 'integer' },
                splitExternalLocalOriginErrors: { type: 'boolean' },
              },
              open: true,
            },
            tls: {
              type: 'object',
              properties: {
                mode: { type: 'string', enum: ['DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'] },
                clientCertificate: { type: 'string' },
                privateKey: { type: 'string' },
                caCertificates: { type: 'string' },
                sni: { type: 'string' },
                subjectAltNames: { type: 'array', items: { type: 'string' } },
              },
              open: true,
            },
          },
          open: true,
        },
        match: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              name: { type: 'string' },
              uri: {
                type: 'object',
                properties: {
                  exact: { type: 'string' },
                  prefix: { type: 'string' },
                  suffix: { type: 'string' },
                  regex: { type: 'string' },
                },
                maxProperties: 1,
              },
              scheme: {
                type: 'object',
                properties: {
                  exact: { type: 'string' },
                  prefix: { type: 'string' },
                  suffix: { type: 'string' },
                  regex: { type: 'string' },
                },
                maxProperties: 1,
              },
              method: {
                type: 'object',
                properties: {
                  exact: { type: 'string' },
                  prefix: { type: 'string' },
                  suffix: { type: 'string' },
                  regex: { type: 'string' },
                },
                maxProperties: 1,
              },
              authority: {
                type: 'object',
                properties: {
                  exact: { type: 'string' },
                  prefix: { type: 'string' },
                  suffix: { type: 'string' },
                  regex: { type: 'string' },
                },
                maxProperties: 1,
              },
              headers: {
                type: 'object',
                values: {
                  type: 'object',
                  properties: {
                    exact: { type: 'string' },
                    prefix: { type: 'string' },
                    suffix: { type: 'string' },
                    regex: { type: 'string' },
                  },
                  maxProperties: 1,
                },
              },
              queryParams: {
                type: 'object',
                values: {
                  type: 'object',
                  properties: {
                    exact: { type: 'string' },
                    prefix: { type: 'string' },
                    suffix: { type: 'string' },
                    regex: { type: 'string' },
                  },
                  maxProperties: 1,
                },
              },
              withoutHeaders: {
                type: 'object',
                values: {
                  type: 'object',
                  properties: {
                    exact: { type: 'string' },
                    prefix: { type: 'string' },
                    suffix: { type: 'string' },
                    regex: { type: 'string' },
                  },
                  maxProperties: 1,
                },
              },
              ignoreUriCase: { type: 'boolean' },
              port: { type: 'integer' },
              sourceLabels: { type: 'object', values: { type: 'string' } },
              gateways: { type: 'array', items: { type: 'string' } },
              sourceNamespace: { type: 'string' },
            },
          },
        },
        rewrite: {
          type: 'object',
          properties: {
            uri: { type: 'string' },
            authority: { type: 'string' },
            type: { type: 'string' },
          },
        },
        retries: {
          type: 'object',
          properties: {
            attempts: { type: 'integer' },
            perTryTimeout: { type: 'string' },
            retryOn: { type: 'string' },
          },
        },
        headers: {
          type: 'object',
          properties: {
            request: {
              type: 'object',
              properties: {
                add: { type: 'object', values: { type: 'string' } },
                set: { type: 'object', values: { type: 'string' } },
                remove: { type: 'array', items: { type: 'string' } },
              },
            },
            response: {
              type: 'object',
              properties: {
                add: { type: 'object', values: { type: 'string' } },
                set: { type: 'object', values: { type: 'string' } },
                remove: { type: 'array', items: { type: 'string' } },
              },
            },
          },
        },
        mirror: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              backendRef: {
                type: 'object',
                required: ['name'],
                properties: {
                  group: { type: 'string', maxLength: 253 },
                  kind: { type: 'string', maxLength: 63 },
                  name: { type: 'string', maxLength: 253 },
                  namespace: { type: 'string', maxLength: 63 },
                  port: { type: 'integer', minimum: 1, maximum: 65535 },
                },
              },
            },
          },
        },
        corsPolicy: {
          type: 'object',
          properties: {
            allowOrigin: { type: 'array', items: { type: 'string' } },
            allowOrigins: {
              type: 'array',
              items: {
                type: 'object',
                properties: {
                  exact: { type: 'string' },
                  prefix: { type: 'string' },
                  regex: { type: 'string' },
                },
                maxProperties: 1,
              },
            },
            allowMethods: { type: 'array', items: { type: 'string' } },
            allowHeaders: { type: 'array', items: { type: 'string' } },
            exposeHeaders: { type: 'array', items: { type: 'string' } },
            maxAge: { type: 'string' },
            allowCredentials: { type: 'boolean' },
          },
        },
        meshName: { type: 'string' },
        backends: { type: 'array', items: { type: 'string' } },
        apex: {
          type: 'object',
          properties: {
            labels: { type: 'object', values: { type: 'string' } },
            annotations: { type: 'object', values: { type: 'string' } },
          },
        },
        primary: {
          type: 'object',
          properties: {
            labels: { type: 'object', values: { type: 'string' } },
            annotations: { type: 'object', values: { type: 'string' } },
          },
        },
        canary: {
          type: 'object',
          properties: {
            labels: { type: 'object', values: { type: 'string' } },
            annotations: { type: 'object', values: { type: 'string' } },
          },
        },
        unmanagedMetadata: {
          type: 'object',
          properties: {
            labels: { type: 'array', items: { type: 'string' } },
            annotations: { type: 'array', items: { type: 'string' } },
          },
        },
      },
    },
    analysis: {
      type: 'object',
      required: ['interval'],
      properties: {
        interval: { type: 'string' },
        threshold: { type: 'integer', minimum: 0 },
        consecutiveThreshold: { type: 'integer', minimum: 0 },
        iterations: { type: 'integer', minimum: 0 },
        maxWeight: { type: 'number', minimum: 0 },
        stepWeight: { type: 'number', minimum: 0, maximum: 100 },
        stepWeights: { type: 'array', items: { type: 'number', minimum: 0 }, maxItems: 1000 },
        stepWeightPromotion: { type: 'integer', minimum: 0, maximum: 100 },
        mirror: { type: 'boolean' },
        mirrorWeight: { type: 'integer', minimum: 0, maximum: 100 },
        primaryReadyThreshold: { type: 'integer', minimum: 0, maximum: 100 },
        canaryReadyThreshold: { type: 'integer', minimum: 0, maximum: 100 },
        delay: { type: 'string' },
        canaryAnalysis: {
          type: 'object',
          properties: {
            stepWeightPromotion: { type: 'integer', minimum: 0, maximum: 100 },
            maxMirrorWeight: { type: 'integer', minimum: 0, maximum: 100 },
            templateVariables: {
              type: 'object',
              properties: {
                labels: { type: 'object', values: { type: 'string' } },
                nodeSelector: { type: 'object', values: { type: 'string' } },
                tolerations: {
                  type: 'array',
                  items: {
                    type: 'object',
                    properties: {
                      key: { type: 'string' },
                      operator: { type: 'string', enum: ['Exists', 'Equal', 'Lt', 'Gt'] },
                      value: { type: 'string' },
                      effect: {
                        type: 'string',
                        enum: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'],
                      },
                      tolerationSeconds: { type: 'integer' },
                    },
                  },
                },
              },
            },
          },
        },
        match: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              headers: {
                type: 'object',
                values: {
                  type: 'object',
                  properties: {
                    exact: { type: 'string' },
                    prefix: { type: 'string' },
                    suffix: { type: 'string' },
                    regex: { type: 'string' },
                  },
                  maxProperties: 1,
                },
              },
              queryParams: {
                type: 'object',
                values: {
                  type: 'object',
                  properties: {
                    exact: { type: 'string' },
                    prefix: { type: 'string' },
                    suffix: { type: 'string' },
                    regex: { type: 'string' },
                  },
                  maxProperties: 1,
                },
              },
              sourceLabels: { type: 'object', values: { type: 'string' } },
            },
          },
        },
        judge: {
          type: 'object',
          properties: {
            mode: { type: 'string', enum: ['Enforce', 'Shadow', 'Off'] },
            ratio: { type: 'number', minimum: 1.2, maximum: 10 },
            ignoreBelow: { type: 'number', minimum: 0, maximum: 50 },
            quantile: { type: 'number', minimum: 0.5, maximum: 0.9999 },
            falseRollback: { type: 'number', minimum: 0.01, maximum: 20 },
            missed: { type: 'number', minimum: 0.01, maximum: 50 },
            require: { type: 'string', enum: ['Ratio', 'Objective'] },
            compareTo: { type: 'string', enum: ['Primary', 'Objective'] },
            interval: { type: 'string', maxLength: 32 },
            warmup: { type: 'string', maxLength: 32 },
            delay: { type: 'string', maxLength: 32 },
            limit: { type: 'string', maxLength: 32 },
            onInconclusive: { type: 'string', enum: ['Hold', 'Promote', 'Rollback'] },
            onIncident: { type: 'string', enum: ['Hold', 'Rollback'] },
            steps: { type: 'string', enum: ['Keep', 'Skip'] },
            soak: { type: 'string', maxLength: 32 },
            cluster: { type: 'number', minimum: 1, maximum: 100 },
            history: { type: 'string', maxLength: 32 },
          },
        },
        metrics: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name'],
            properties: {
              name: { type: 'string' },
              interval: { type: 'string' },
              threshold: { type: 'number' },
              thresholdRange: {
                type: 'object',
                properties: { min: { type: 'number' }, max: { type: 'number' } },
              },
              query: { type: 'string' },
              templateRef: {
                type: 'object',
                required: ['name'],
                properties: {
                  name: { type: 'string', maxLength: 253 },
                  namespace: { type: 'string', maxLength: 63 },
                },
              },
              noData: { type: 'string', enum: ['fail', 'hold', 'pass'] },
              minRequests: { type: 'integer', minimum: 1 },
              requestsQuery: { type: 'string' },
              counts: {
                type: 'object',
                required: ['bad', 'all'],
                properties: {
                  bad: { type: 'string', maxLength: 2048 },
                  all: { type: 'string', maxLength: 2048 },
                  templateRef: {
                    type: 'object',
                    required: ['name'],
                    properties: { name: { type: 'string' }, namespace: { type: 'string' } },
                  },
                },
              },
              judge: {
                type: 'object',
                properties: {
                  mode: { type: 'string', enum: ['Enforce', 'Shadow', 'Off'] },
                  ratio: { type: 'number', minimum: 1.2, maximum: 10 },
                  ignoreBelow: { type: 'number', minimum: 0, maximum: 50 },
                  compareTo: { type: 'string', enum: ['Primary', 'Objective'] },
                  quantile: { type: 'number', minimum: 0.5, maximum: 0.9999 },
                },
              },
              templateVariables: { type: 'object', values: { type: 'string' } },
            },
          },
        },
        webhooks: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name', 'url'],
            properties: {
              name: { type: 'string' },
              type: {
                type: 'string',
                enum: [
                  '',
                  'confirm-rollout',
                  'pre-rollout',
                  'rollout',
                  'confirm-promotion',
                  'post-rollout',
                  'event',
                  'rollback',
                  'confirm-traffic-increase',
                ],
              },
              url: { type: 'string' },
              timeout: { type: 'string' },
              retries: { type: 'integer', minimum: 0 },
              muteAlert: { type: 'boolean' },
              disableTLS: { type: 'boolean' },
              call: { type: 'string', enum: ['poll', 'onRollback'] },
              secretRef: {
                type: 'object',
                required: ['name'],
                properties: { name: { type: 'string' } },
              },
              metadata: { type: 'object', values: { type: 'string' } },
            },
          },
        },
        alerts: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name', 'providerRef'],
            properties: {
              name: { type: 'string' },
              severity: { type: 'string', enum: ['', 'info', 'warn', 'error'] },
              providerRef: {
                type: 'object',
                required: ['name'],
                properties: {
                  name: { type: 'string', maxLength: 253 },
                  namespace: { type: 'string', maxLength: 63 },
                },
              },
            },
          },
        },
        sessionAffinity: {
          type: 'object',
          required: ['cookieName'],
          properties: {
            cookieName: { type: 'string' },
            primaryCookieName: { type: 'string' },
            maxAge: { type: 'integer', minimum: 0 },
            domain: { type: 'string' },
            path: { type: 'string' },
            httpOnly: { type: 'boolean' },
            secure: { type: 'boolean' },
            partitioned: { type: 'boolean' },
            sameSite: { type: 'string', enum: ['Strict', 'Lax', 'None'] },
          },
        },
      },
    },
    progressDeadlineSeconds: { type: 'integer', minimum: 0 },
    skipAnalysis: { type: 'boolean' },
    acceptEmptyClaims: { type: 'boolean' },
    revertOnDeletion: { type: 'boolean' },
    suspend: { type: 'boolean' },
  },
} as const satisfies Shape

export const canaryStatusShape = {
  type: 'object',
  properties: {
    phase: {
      type: 'string',
      enum: [
        '',
        'Initializing',
        'Initialized',
        'Waiting',
        'Progressing',
        'WaitingPromotion',
        'Promoting',
        'Finalising',
        'Succeeded',
        'Failed',
        'Terminating',
        'Terminated',
      ],
    },
    failedChecks: { type: 'integer' },
    canaryWeight: { type: 'number' },
    iterations: { type: 'integer' },
    trackedConfigs: { type: 'object', values: { type: 'string' } },
    promotedConfigs: { type: 'object', values: { type: 'string' } },
    askedReplicas: {
      type: 'object',
      properties: {
        count: { type: 'integer' },
        told: { type: 'integer' },
        at: { type: 'string' },
        message: { type: 'string', maxLength: 1024 },
      },
    },
    lastAppliedSpec: { type: 'string' },
    lastPromotedSpec: { type: 'string' },
    revisions: {
      type: 'object',
      properties: {
        applied: { type: 'string' },
        promoted: { type: 'string' },
        configs: { type: 'object', values: { type: 'string' } },
        beside: { type: 'string' },
      },
    },
    servedBy: {
      type: 'object',
      properties: {
        provider: { type: 'string' },
        service: { type: 'string' },
        ingress: { type: 'string' },
        ingresses: { type: 'array', items: { type: 'string' } },
        httpRoutes: { type: 'array', items: { type: 'string' } },
        route: { type: 'string' },
        autoscaler: {
          type: 'object',
          properties: { kind: { type: 'string' }, name: { type: 'string' } },
        },
      },
    },
    servedNext: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          provider: { type: 'string' },
          service: { type: 'string' },
          ingress: { type: 'string' },
          ingresses: { type: 'array', items: { type: 'string' } },
          httpRoutes: { type: 'array', items: { type: 'string' } },
          route: { type: 'string' },
          autoscaler: {
            type: 'object',
            properties: { kind: { type: 'string' }, name: { type: 'string' } },
          },
        },
      },
    },
    primaryHash: { type: 'string' },
    lastTransitionTime: { type: 'string' },
    sessionAffinityCookie: { type: 'string' },
    previousSessionAffinityCookie: { type: 'string' },
    primarySessionAffinityCookie: { type: 'string' },
    observedGeneration: { type: 'integer' },
    controller: { type: 'string', maxLength: 128 },
    controllerSettings: {
      type: 'object',
      properties: {
        provider: { type: 'string', maxLength: 128 },
        ingressAnnotationsPrefix: { type: 'string', maxLength: 253 },
        selectorLabels: { type: 'array', items: { type: 'string', maxLength: 317 }, maxItems: 32 },
        includeLabelPrefixes: {
          type: 'array',
          items: { type: 'string', maxLength: 317 },
          maxItems: 32,
        },
        minimumInterval: { type: 'string', maxLength: 32 },
        lease: { type: 'string', maxLength: 320 },
        routesElsewhere: { type: 'boolean' },
        requireSharedWith: { type: 'boolean' },
      },
    },
    skipAnalysisOnce: { type: 'boolean' },
    queued: {
      type: 'object',
      required: ['since', 'reason'],
      properties: { since: { type: 'string' }, reason: { type: 'string', maxLength: 1024 } },
    },
    alerting: {
      type: 'object',
      properties: {
        unsent: {
          type: 'array',
          items: {
            type: 'object',
            required: ['id', 'occasion', 'severity', 'message'],
            properties: {
              id: { type: 'string', maxLength: 64 },
              occasion: {
                type: 'string',
                enum: ['started', 'waiting', 'failed', 'succeeded', 'ended'],
              },
              severity: { type: 'string', enum: ['info', 'warn', 'error'] },
              message: { type: 'string', maxLength: 1024 },
              fields: { type: 'boolean' },
              gate: { type: 'string', maxLength: 256 },
              run: { type: 'integer' },
              told: { type: 'array', items: { type: 'string', maxLength: 512 }, maxItems: 20 },
            },
          },
          maxItems: 20,
        },
        threads: {
          type: 'array',
          items: {
            type: 'object',
            required: ['receiver', 'run', 'channel', 'id'],
            properties: {
              receiver: { type: 'string', maxLength: 512 },
              run: { type: 'integer' },
              channel: { type: 'string', maxLength: 256 },
              id: { type: 'string', maxLength: 256 },
            },
          },
          maxItems: 10,
        },
      },
    },
    holdRun: { type: 'boolean' },
    canaryAnalysis: {
      type: 'object',
      properties: {
        runId: { type: 'integer' },
        revision: { type: 'string', maxLength: 128 },
        startedAt: { type: 'string' },
        canaryReadyAt: { type: 'string' },
        routePendingSince: { type: 'string' },
        failedInRow: { type: 'integer', minimum: 0 },
        nextTickAt: { type: 'string' },
        weight: { type: 'number', minimum: 0, maximum: 100 },
        keptWeight: { type: 'number', minimum: 0, maximum: 100 },
        mirrored: { type: 'boolean' },
        mirrorWeight: { type: 'integer', minimum: 0, maximum: 100 },
        step: { type: 'integer', minimum: 0 },
        steps: { type: 'integer', minimum: 0 },
        images: {
          type: 'array',
          items: {
            type: 'object',
            required: ['container'],
            properties: {
              container: { type: 'string', maxLength: 253 },
              from: { type: 'string', maxLength: 512 },
              to: { type: 'string', maxLength: 512 },
            },
          },
          maxItems: 20,
        },
        strategy: { type: 'string', enum: ['canary', 'ab-testing', 'blue-green'] },
        preRolloutPassed: { type: 'boolean' },
        reason: { type: 'string', maxLength: 1024 },
        gate: {
          type: 'object',
          required: ['type', 'name', 'since'],
          properties: {
            type: {
              type: 'string',
              enum: ['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion'],
            },
            name: { type: 'string', maxLength: 256 },
            since: { type: 'string' },
            reason: { type: 'string', maxLength: 1024 },
            broken: { type: 'boolean' },
            askAgainAt: { type: 'string' },
          },
        },
        soakingSince: { type: 'string' },
        paused: {
          type: 'object',
          required: ['since'],
          properties: {
            since: { type: 'string' },
            by: { type: 'string', maxLength: 256 },
            reason: { type: 'string', maxLength: 1024 },
            until: { type: 'string' },
          },
        },
        judge: {
          type: 'object',
          required: ['version', 'startedAt', 'lastLook', 'verdict', 'plan'],
          properties: {
            version: { type: 'integer' },
            startedAt: { type: 'string' },
            lastLook: { type: 'string' },
            verdict: { type: 'string', enum: ['Pass', 'Fail', 'Inconclusive'] },
            reason: {
              type: 'string',
              enum: ['NeedsData', 'Caution', 'Incident', 'NoData', 'Limit'],
            },
            shadow: { type: 'boolean' },
            wouldRollBackAt: { type: 'string' },
            why: { type: 'string', maxLength: 1024 },
            plan: {
              type: 'object',
              required: [
                'ratio',
                'ignoreBelow',
                'falseRollback',
                'missed',
                'scheduledLooks',
                'plannedLooks',
              ],
              properties: {
                ratio: { type: 'number' },
                ignoreBelow: { type: 'number' },
                falseRollback: { type: 'number' },
                missed: { type: 'number' },
                scheduledLooks: { type: 'integer' },
                plannedLooks: { type: 'integer' },
                require: { type: 'string', enum: ['Ratio', 'Objective'] },
                compareTo: { type: 'string', enum: ['Primary', 'Objective'] },
              },
            },
            metrics: {
              type: 'array',
              items: {
                type: 'object',
                required: ['name', 'looks'],
                properties: {
                  name: { type: 'string', maxLength: 256 },
                  bound: { type: 'number' },
                  ranged: { type: 'string', maxLength: 1024 },
                  shadow: { type: 'boolean' },
                  rules: {
                    type: 'object',
                    properties: {
                      ratio: { type: 'number' },
                      ignoreBelow: { type: 'number' },
                      require: { type: 'string', enum: ['Ratio', 'Objective'] },
                      compareTo: { type: 'string', enum: ['Primary', 'Objective'] },
                    },
                  },
                  objective: { type: 'number' },
                  cluster: { type: 'number' },
                  noise: { type: 'number' },
                  usual: { type: 'number' },
                  from: { type: 'string', enum: ['Instances', 'Time', 'Prior', 'Setting'] },
                  harm: { type: 'number' },
                  safety: { type: 'number' },
                  kept: { type: 'number' },
                  ratio: {
                    type: 'object',
                    required: ['estimate', 'low', 'high'],
                    properties: {
                      estimate: { type: 'number' },
                      low: { type: 'number' },
                      high: { type: 'number' },
                    },
                  },
                  canary: {
                    type: 'object',
                    required: ['bad', 'all'],
                    properties: { bad: { type: 'integer' }, all: { type: 'integer' } },
                  },
                  primary: {
                    type: 'object',
                    required: ['bad', 'all'],
                    properties: { bad: { type: 'integer' }, all: { type: 'integer' } },
                  },
                  checkpoint: { type: 'string', maxLength: 1024 },
                  looks: { type: 'string', maxLength: 16384 },
                },
              },
              maxItems: 50,
            },
          },
        },
        checks: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name', 'kind', 'ok', 'failed'],
            properties: {
              name: { type: 'string', maxLength: 256 },
              kind: { type: 'string', enum: ['metric', 'webhook'] },
              ok: { type: 'boolean' },
              failed: { type: 'integer', minimum: 0 },
              value: { type: 'number' },
              unit: { type: 'string', maxLength: 32 },
              min: { type: 'number' },
              max: { type: 'number' },
              window: { type: 'string', maxLength: 32 },
              at: { type: 'string' },
              error: { type: 'string', maxLength: 512 },
              query: { type: 'string', maxLength: 1024 },
            },
          },
          maxItems: 50,
        },
      },
    },
    history: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'result'],
        properties: {
          id: { type: 'integer' },
          revision: { type: 'string', maxLength: 128 },
          judge: {
            type: 'object',
            required: ['version', 'startedAt', 'lastLook', 'verdict', 'plan'],
            properties: {
              version: { type: 'integer' },
              startedAt: { type: 'string' },
              lastLook: { type: 'string' },
              verdict: { type: 'string', enum: ['Pass', 'Fail', 'Inconclusive'] },
              reason: {
                type: 'string',
                enum: ['NeedsData', 'Caution', 'Incident', 'NoData', 'Limit'],
              },
              shadow: { type: 'boolean' },
              wouldRollBackAt: { type: 'string' },
              why: { type: 'string', maxLength: 1024 },
              plan: {
                type: 'object',
                required: [
                  'ratio',
                  'ignoreBelow',
                  'falseRollback',
                  'missed',
                  'scheduledLooks',
                  'plannedLooks',
                ],
                properties: {
                  ratio: { type: 'number' },
                  ignoreBelow: { type: 'number' },
                  falseRollback: { type: 'number' },
                  missed: { type: 'number' },
                  scheduledLooks: { type: 'integer' },
                  plannedLooks: { type: 'integer' },
                  require: { type: 'string', enum: ['Ratio', 'Objective'] },
                  compareTo: { type: 'string', enum: ['Primary', 'Objective'] },
                },
              },
              metrics: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['name', 'looks'],
                  properties: {
                    name: { type: 'string', maxLength: 256 },
                    bound: { type: 'number' },
                    ranged: { type: 'string', maxLength: 1024 },
                    shadow: { type: 'boolean' },
                    rules: {
                      type: 'object',
                      properties: {
                        ratio: { type: 'number' },
                        ignoreBelow: { type: 'number' },
                        require: { type: 'string', enum: ['Ratio', 'Objective'] },
                        compareTo: { type: 'string', enum: ['Primary', 'Objective'] },
                      },
                    },
                    objective: { type: 'number' },
                    cluster: { type: 'number' },
                    noise: { type: 'number' },
                    usual: { type: 'number' },
                    from: { type: 'string', enum: ['Instances', 'Time', 'Prior', 'Setting'] },
                    harm: { type: 'number' },
                    safety: { type: 'number' },
                    kept: { type: 'number' },
                    ratio: {
                      type: 'object',
                      required: ['estimate', 'low', 'high'],
                      properties: {
                        estimate: { type: 'number' },
                        low: { type: 'number' },
                        high: { type: 'number' },
                      },
                    },
                    canary: {
                      type: 'object',
                      required: ['bad', 'all'],
                      properties: { bad: { type: 'integer' }, all: { type: 'integer' } },
                    },
                    primary: {
                      type: 'object',
                      required: ['bad', 'all'],
                      properties: { bad: { type: 'integer' }, all: { type: 'integer' } },
                    },
                    checkpoint: { type: 'string', maxLength: 1024 },
                    looks: { type: 'string', maxLength: 16384 },
                  },
                },
                maxItems: 50,
              },
            },
          },
          images: {
            type: 'array',
            items: {
              type: 'object',
              required: ['container'],
              properties: {
                container: { type: 'string', maxLength: 253 },
                from: { type: 'string', maxLength: 512 },
                to: { type: 'string', maxLength: 512 },
              },
            },
            maxItems: 10,
          },
          result: {
            type: 'string',
            enum: ['Succeeded', 'Failed', 'Skipped', 'Aborted', 'Restarted'],
          },
          reason: { type: 'string', maxLength: 1024 },
          startedAt: { type: 'string' },
          endedAt: { type: 'string' },
          failedChecks: { type: 'integer', minimum: 0 },
          weight: { type: 'number', minimum: 0, maximum: 100 },
          by: { type: 'string', maxLength: 256 },
          checks: {
            type: 'array',
            items: {
              type: 'object',
              required: ['name', 'kind', 'ok', 'failed'],
              properties: {
                name: { type: 'string', maxLength: 256 },
                kind: { type: 'string', enum: ['metric', 'webhook'] },
                ok: { type: 'boolean' },
                failed: { type: 'integer', minimum: 0 },
                value: { type: 'number' },
                unit: { type: 'string', maxLength: 32 },
                min: { type: 'number' },
                max: { type: 'number' },
                window: { type: 'string', maxLength: 32 },
                at: { type: 'string' },
                error: { type: 'string', maxLength: 512 },
              },
            },
            maxItems: 5,
          },
          deadlineSeconds: { type: 'integer', minimum: 0 },
          pods: {
            type: 'array',
            items: {
              type: 'object',
              required: ['name', 'reason'],
              properties: {
                name: { type: 'string', maxLength: 253 },
                reason: { type: 'string', maxLength: 128 },
                message: { type: 'string', maxLength: 512 },
              },
            },
            maxItems: 3,
          },
          requests: {
            type: 'array',
            items: {
              type: 'object',
              required: ['verb', 'result'],
              properties: {
                verb: { type: 'string', maxLength: 64 },
                by: { type: 'string', maxLength: 256 },
                result: { type: 'string', maxLength: 64 },
                at: { type: 'string' },
                reason: { type: 'string', maxLength: 1024 },
              },
            },
            maxItems: 20,
          },
        },
      },
      maxItems: 10,
    },
    requests: {
      type: 'object',
      values: {
        type: 'object',
        required: ['result'],
        properties: {
          id: { type: 'string', maxLength: 128 },
          result: {
            type: 'string',
            enum: ['accepted', 'done', 'unchanged', 'rejected', 'superseded', 'expired'],
          },
          message: { type: 'string', maxLength: 1024 },
          at: { type: 'string' },
          by: { type: 'string', maxLength: 256 },
          reason: { type: 'string', maxLength: 1024 },
        },
      },
      maxProperties: 20,
    },
    handledRequestIds: { type: 'array', items: { type: 'string', maxLength: 128 }, maxItems: 20 },
    conditions: {
      type: 'array',
      items: {
        type: 'object',
        required: ['type', 'status', 'reason'],
        properties: {
          type: { type: 'string', maxLength: 316 },
          status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
          reason: { type: 'string', maxLength: 1024 },
          message: { type: 'string', maxLength: 32768 },
          observedGeneration: { type: 'integer' },
          lastUpdateTime: { type: 'string' },
          lastTransitionTime: { type: 'string' },
        },
      },
      maxItems: 20,
    },
  },
} as const satisfies Shape

export const metricTemplateSpecShape = {
  type: 'object',
  required: ['provider', 'query'],
  properties: {
    provider: {
      type: 'object',
      required: ['type'],
      properties: {
        type: {
          type: 'string',
          enum: [
            'prometheus',
            'influxdb',
            'datadog',
            'externalmetrics',
            'stackdriver',
            'cloudwatch',
            'newrelic',
            'graphite',
            'dynatrace',
            'keptn',
            'splunk',
            'webhook',
          ],
        },
        address: { type: 'string' },
        headers: { type: 'object', values: { type: 'array', items: { type: 'string' } } },
        secretRef: {
          type: 'object',
          required: ['name'],
          properties: { name: { type: 'string', maxLength: 253 } },
        },
        region: { type: 'string' },
        insecureSkipVerify: { type: 'boolean' },
        auth: { type: 'string', enum: ['sigv4', 'google'] },
        apiVersion: { type: 'string', enum: ['v1', 'v2'] },
        language: { type: 'string', enum: ['mql', 'promql'] },
        method: { type: 'string', enum: ['GET', 'POST'] },
        valuePath: { type: 'string' },
        counts: {
          type: 'object',
          required: ['bad', 'all'],
          properties: { bad: { type: 'string' }, all: { type: 'string' } },
        },
      },
    },
    query: { type: 'string' },
  },
} as const satisfies Shape

export const alertProviderSpecShape = {
  type: 'object',
  required: ['type'],
  properties: {
    type: {
      type: 'string',
      enum: ['slack', 'msteams', 'discord', 'rocket', 'gchat', 'opsgenie', 'pagerduty', 'webhook'],
    },
    channel: { type: 'string' },
    username: { type: 'string' },
    address: { type: 'string' },
    proxy: { type: 'string' },
    secretRef: {
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string', maxLength: 253 } },
    },
    messageTemplate: { type: 'string' },
  },
} as const satisfies Shape

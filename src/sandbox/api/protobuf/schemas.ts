/**
 * The messages that kubectl sends as protobuf: its `create`, `run`, `expose`, `scale` and `auth`
 * commands. Numbers are those of the generated.proto files of Kubernetes.
 */

export type FieldType =
  | 'string'
  | 'number'
  | 'boolean'
  | 'bytes'
  | 'stringMap'
  | 'bytesMap'
  | 'quantityMap'
  | 'intOrString'
  /** Kept by the server, so that what a client sends is of no consequence. */
  | 'ignored'
  | Message

export interface Message {
  [field: number]: { name: string; type: FieldType; repeated?: true; keepsZero?: true }
}

const string = (name: string) => ({ name, type: 'string' }) as const
const strings = (name: string) => ({ name, type: 'string', repeated: true }) as const
const number = (name: string) => ({ name, type: 'number' }) as const
/** A number for which 0 is something else than absent. */
const optional = (name: string) => ({ name, type: 'number', keepsZero: true }) as const
const boolean = (name: string) => ({ name, type: 'boolean' }) as const
const map = (name: string) => ({ name, type: 'stringMap' }) as const
const ignored = (name: string) => ({ name, type: 'ignored' }) as const
const one = (name: string, type: Message) => ({ name, type })
const many = (name: string, type: Message) => ({ name, type, repeated: true }) as const

const ownerReference: Message = {
  1: string('kind'),
  3: string('name'),
  4: string('uid'),
  5: string('apiVersion'),
  6: boolean('controller'),
  7: boolean('blockOwnerDeletion'),
}

const metadata = one('metadata', {
  1: string('name'),
  2: string('generateName'),
  3: string('namespace'),
  4: ignored('selfLink'),
  5: string('uid'),
  6: string('resourceVersion'),
  7: ignored('generation'),
  8: ignored('creationTimestamp'),
  9: ignored('deletionTimestamp'),
  10: ignored('deletionGracePeriodSeconds'),
  11: map('labels'),
  12: map('annotations'),
  13: many('ownerReferences', ownerReference),
  14: strings('finalizers'),
  17: ignored('managedFields'),
})

const status = ignored('status')

const selector: Message = {
  1: map('matchLabels'),
  2: many('matchExpressions', { 1: string('key'), 2: string('operator'), 3: strings('values') }),
}

const container: Message = {
  1: string('name'),
  2: string('image'),
  3: strings('command'),
  4: strings('args'),
  5: string('workingDir'),
  6: many('ports', {
    1: string('name'),
    2: number('hostPort'),
    3: number('containerPort'),
    4: string('protocol'),
    5: string('hostIP'),
  }),
  7: many('env', { 1: string('name'), 2: string('value') }),
  8: one('resources', {
    1: { name: 'limits', type: 'quantityMap' },
    2: { name: 'requests', type: 'quantityMap' },
  }),
  13: string('terminationMessagePath'),
  14: string('imagePullPolicy'),
  16: boolean('stdin'),
  17: boolean('stdinOnce'),
  18: boolean('tty'),
  20: string('terminationMessagePolicy'),
}

const podSpec: Message = {
  2: many('containers', container),
  3: string('restartPolicy'),
  4: optional('terminationGracePeriodSeconds'),
  6: string('dnsPolicy'),
  7: map('nodeSelector'),
  8: string('serviceAccountName'),
  9: string('serviceAccount'),
  10: string('nodeName'),
  11: boolean('hostNetwork'),
  12: boolean('hostPID'),
  13: boolean('hostIPC'),
  16: string('hostname'),
  17: string('subdomain'),
  19: string('schedulerName'),
  24: string('priorityClassName'),
}

const policyRule: Message = {
  1: strings('verbs'),
  2: strings('apiGroups'),
  3: strings('resources'),
  4: strings('resourceNames'),
  5: strings('nonResourceURLs'),
}

const role: Message = { 1: metadata, 2: many('rules', policyRule) }
const binding: Message = {
  1: metadata,
  2: many('subjects', {
    1: string('kind'),
    2: string('apiGroup'),
    3: string('name'),
    4: string('namespace'),
  }),
  3: one('roleRef', { 1: string('apiGroup'), 2: string('kind'), 3: string('name') }),
}

const servicePort: Message = {
  1: string('name'),
  2: string('protocol'),
  3: number('port'),
  4: { name: 'targetPort', type: 'intOrString' },
  5: number('nodePort'),
  6: string('appProtocol'),
}

const accessReview: Message = {
  1: metadata,
  2: one('spec', {
    1: one('resourceAttributes', {
      1: string('namespace'),
      2: string('verb'),
      3: string('group'),
      4: string('version'),
      5: string('resource'),
      6: string('subresource'),
      7: string('name'),
    }),
    2: one('nonResourceAttributes', { 1: string('path'), 2: string('verb') }),
  }),
  3: status,
}

/** By API version and kind. */
export const messages: Record<string, Message> = {
  'v1 Namespace': { 1: metadata, 2: one('spec', { 1: strings('finalizers') }), 3: status },
  'v1 ConfigMap': {
    1: metadata,
    2: map('data'),
    3: { name: 'binaryData', type: 'bytesMap' },
    4: boolean('immutable'),
  },
  'v1 Secret': {
    1: metadata,
    2: { name: 'data', type: 'bytesMap' },
    3: string('type'),
    4: map('stringData'),
    5: boolean('immutable'),
  },
  'v1 ServiceAccount': { 1: metadata },
  'v1 Pod': { 1: metadata, 2: one('spec', podSpec), 3: status },
  'v1 Service': {
    1: metadata,
    2: one('spec', {
      1: many('ports', servicePort),
      2: map('selector'),
      3: string('clusterIP'),
      4: string('type'),
      5: strings('externalIPs'),
      7: string('sessionAffinity'),
      8: string('loadBalancerIP'),
      9: strings('loadBalancerSourceRanges'),
      10: string('externalName'),
      11: string('externalTrafficPolicy'),
      12: number('healthCheckNodePort'),
      13: boolean('publishNotReadyAddresses'),
    }),
    3: status,
  },
  'apps/v1 Deployment': {
    1: metadata,
    2: one('spec', {
      1: optional('replicas'),
      2: one('selector', selector),
      3: one('template', { 1: metadata, 2: one('spec', podSpec) }),
      4: one('strategy', { 1: string('type') }),
      5: number('minReadySeconds'),
      6: optional('revisionHistoryLimit'),
      7: boolean('paused'),
      9: optional('progressDeadlineSeconds'),
    }),
    3: status,
  },
  'autoscaling/v1 Scale': {
    1: metadata,
    2: one('spec', { 1: optional('replicas') }),
    3: status,
  },
  'rbac.authorization.k8s.io/v1 Role': role,
  'rbac.authorization.k8s.io/v1 ClusterRole': role,
  'rbac.authorization.k8s.io/v1 RoleBinding': binding,
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': binding,
  'authorization.k8s.io/v1 SelfSubjectAccessReview': accessReview,
  'authorization.k8s.io/v1 SelfSubjectRulesReview': {
    1: metadata,
    2: one('spec', { 1: string('namespace') }),
    3: status,
  },
  'authentication.k8s.io/v1 SelfSubjectReview': { 1: metadata, 2: status },
}

/** Options of a DELETE come in the API version of what is deleted. */
export const deleteOptions: Message = {
  1: optional('gracePeriodSeconds'),
  2: one('preconditions', { 1: string('uid'), 2: string('resourceVersion') }),
  3: boolean('orphanDependents'),
  4: string('propagationPolicy'),
  5: strings('dryRun'),
}

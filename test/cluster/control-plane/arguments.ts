import path from 'node:path'

/** Ports on 127.0.0.1. The controller manager and the scheduler need none. */
export interface Ports {
  apiServer: number
  etcd: number
  etcdPeer: number
  kwok: number
}

export interface Address extends Ports {
  /** The folder of keys, data and logs. */
  folder: string
}

type Program = [name: string, args: string[]]

/** What service accounts asked of the API server, one JSON object a line. */
export function auditLogIn(folder: string): string {
  return `${folder}/audit.log`
}

/** Requests of service accounts, without their bodies. */
export const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata', userGroups: ['system:serviceaccounts'] }, { level: 'None' }],
}

/** What has to run before a kubeconfig can be used, with its command-line arguments. */
export function serverArguments({ folder, apiServer, etcd, etcdPeer }: Address): Program[] {
  const client = `http://127.0.0.1:${etcd}`
  const peer = `http://127.0.0.1:${etcdPeer}`
  const key = path.join(folder, 'service-accounts.key')
  return [
    [
      'etcd',
      [
        `--data-dir=${folder}/data/etcd`,
        '--unsafe-no-fsync',
        '--log-level=error',
        `--listen-client-urls=${client}`,
        `--advertise-client-urls=${client}`,
        `--listen-peer-urls=${peer}`,
        `--initial-advertise-peer-urls=${peer}`,
        `--initial-cluster=default=${peer}`,
      ],
    ],
    [
      'kube-apiserver',
      [
        `--etcd-servers=${client}`,
        `--secure-port=${apiServer}`,
        '--bind-address=127.0.0.1',
        // EndpointSlices refuse loopback addresses; nothing connects to this one.
        '--advertise-address=192.0.2.1',
        `--cert-dir=${folder}/data/certs`,
        `--service-account-key-file=${key}`,
        `--service-account-signing-key-file=${key}`,
        '--service-account-issuer=https://kubernetes.default.svc',
        `--token-auth-file=${folder}/tokens.csv`,
        '--authorization-mode=RBAC',
        '--service-cluster-ip-range=10.0.0.0/16',
        '--disable-admission-plugins=ServiceAccount',
        // Off by default, but on in some distributions: it is what asks for rights on finalizers.
        '--enable-admission-plugins=OwnerReferencesPermissionEnforcement',
        `--audit-policy-file=${folder}/audit-policy.yaml`,
        `--audit-log-path=${auditLogIn(folder)}`,
      ],
    ],
  ]
}

/** What turns an API server into a cluster: controllers and scheduling. */
export function controllerArguments({ folder }: Address, kubeconfig: string): Program[] {
  // Left to their own limits, some tens of requests a second, these two are what everybody waits for.
  const pace = ['--kube-api-qps=1000', '--kube-api-burst=2000']
  const common = [`--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--secure-port=0', ...pace]
  const key = path.join(folder, 'service-accounts.key')
  return [
    [
      'kube-controller-manager',
      [
        ...common,
        '--concurrent-deployment-syncs=20',
        '--concurrent-replicaset-syncs=20',
        `--service-account-private-key-file=${key}`,
      ],
    ],
    ['kube-scheduler', common],
  ]
}

/** What stands in for the kubelets: pods come to life, and none of them is a process. */
export function kwokArguments({ kwok }: Address, kubeconfig: string, stages: string): Program {
  return [
    'kwok',
    [
      `--kubeconfig=${kubeconfig}`,
      '--manage-all-nodes=true',
      '--node-lease-duration-seconds=0',
      `--config=${stages}`,
      `--server-address=127.0.0.1:${kwok}`,
    ],
  ]
}

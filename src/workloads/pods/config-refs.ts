/** Where a pod template names ConfigMaps and Secrets. */
import type {
  Container,
  EnvFrom,
  EnvVar,
  PodSpec,
  ProjectedSource,
  Volume,
} from './pod-template.ts'

export interface ConfigRef {
  kind: 'ConfigMap' | 'Secret'
  name: string
  optional: boolean
}

type Rename = (ref: ConfigRef) => string

/** Every ConfigMap and Secret that the pods use, once each; the last mention decides `optional`. */
export function configRefs(spec: PodSpec): ConfigRef[] {
  const refs = new Map<string, ConfigRef>()
  renameConfigs(spec, (ref) => {
    refs.set(`${ref.kind}/${ref.name}`, ref)
    return ref.name
  })
  return [...refs.values()]
}

/** The pods with other ConfigMaps and Secrets; `rename` is asked in the order of the fields. */
export function renameConfigs(spec: PodSpec, rename: Rename): PodSpec {
  const { volumes, initContainers } = spec
  return {
    ...spec,
    ...(volumes && { volumes: volumes.map((one) => renameVolume(one, rename)) }),
    containers: spec.containers.map((one) => renameContainer(one, rename)),
    ...(initContainers && {
      initContainers: initContainers.map((one) => renameContainer(one, rename)),
    }),
  }
}

function renameVolume(volume: Volume, rename: Rename): Volume {
  const { configMap, secret, projected } = volume
  return {
    ...volume,
    ...(configMap && { configMap: renameNamed(configMap, 'ConfigMap', rename) }),
    ...(secret?.secretName && {
      secret: {
        ...secret,
        secretName: rename({
          kind: 'Secret',
          name: secret.secretName,
          optional: secret.optional ?? false,
        }),
      },
    }),
    ...(projected?.sources && {
      projected: {
        ...projected,
        sources: projected.sources.map((one) => renameProjected(one, rename)),
      },
    }),
  }
}

function renameProjected(source: ProjectedSource, rename: Rename): ProjectedSource {
  const { configMap, secret } = source
  return {
    ...source,
    ...(configMap && { configMap: renameNamed(configMap, 'ConfigMap', rename) }),
    ...(secret && { secret: renameNamed(secret, 'Secret', rename) }),
  }
}

function renameContainer(container: Container, rename: Rename): Container {
  const { env, envFrom } = container
  return {
    ...container,
    ...(env && { env: env.map((one) => renameEnv(one, rename)) }),
    ...(envFrom && { envFrom: envFrom.map((one) => renameEnvFrom(one, rename)) }),
  }
}

function renameEnv(variable: EnvVar, rename: Rename): EnvVar {
  const { valueFrom } = variable
  if (!valueFrom) return variable
  const { configMapKeyRef, secretKeyRef } = valueFrom
  return {
    ...variable,
    valueFrom: {
      ...valueFrom,
      ...(configMapKeyRef && {
        configMapKeyRef: renameNamed(configMapKeyRef, 'ConfigMap', rename),
      }),
      ...(secretKeyRef && { secretKeyRef: renameNamed(secretKeyRef, 'Secret', rename) }),
    },
  }
}

function renameEnvFrom(from: EnvFrom, rename: Rename): EnvFrom {
  const { configMapRef, secretRef } = from
  return {
    ...from,
    ...(configMapRef && { configMapRef: renameNamed(configMapRef, 'ConfigMap', rename) }),
    ...(secretRef && { secretRef: renameNamed(secretRef, 'Secret', rename) }),
  }
}

function renameNamed<T extends { name?: string; optional?: boolean }>(
  source: T,
  kind: ConfigRef['kind'],
  rename: Rename,
): T {
  const { name, optional = false } = source
  return name ? { ...source, name: rename({ kind, name, optional }) } : source
}

import { Document } from 'yaml'
import { annotationOf } from '../../../src/requests/request.ts'
import { verbs } from '../../../src/requests/verbs.ts'
import type { Generator } from '../generator.ts'

const name = 'canary-spec-needs-update'
const apiVersion = 'admissionregistration.k8s.io/v1'

/** What an expression in CEL asks of the rights of who sends the request. */
const may = (verb: string, subresource = ''): string =>
  `authorizer.group('flagger.app').resource('canaries')${subresource}` +
  `.namespace(request.namespace).name(request.name).check('${verb}').allowed()`

/** Annotations by which people ask for something; a gate of a Canary's own is one of them. */
const isRequest = (key: string): string =>
  `(${key} in variables.requests || ${key}.startsWith('flagger.app/gate.'))`

const annotations = (object: string): string => `${object}.metadata.?annotations.orValue({})`

const same = (path: string): string => `object.${path} == oldObject.${path}`

/**
 * Kubernetes lets who may patch a Canary patch all of it. The policy keeps `patch` to requests by
 * annotation: hosts and gateways of a spec lead traffic, which is for who may write routes.
 */
function policy(): object {
  const requests = verbs.map((verb) => `'${annotationOf(verb)}'`).join(', ')
  return {
    apiVersion,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: ['flagger.app'],
            apiVersions: ['*'],
            operations: ['UPDATE'],
            resources: ['canaries'],
          },
        ],
      },
      matchConditions: [
        // The controller, which has a finalizer to set and requests to clear.
        {
          name: 'is-not-the-controller',
          expression: `!${may('update', ".subresource('status')")}`,
        },
      ],
      variables: [
        { name: 'requests', expression: `[${requests}]` },
        { name: 'before', expression: annotations('oldObject') },
        { name: 'after', expression: annotations('object') },
        {
          name: 'isRequest',
          expression: [
            [
              `variables.after.all(key, ${isRequest('key')} || (key in variables.before`,
              'variables.before[key] == variables.after[key]))',
            ].join(' && '),
            `variables.before.all(key, ${isRequest('key')} || key in variables.after)`,
            same('?spec'),
            same('metadata.?labels'),
            same('metadata.?finalizers'),
            same('metadata.?ownerReferences'),
          ].join(' && '),
        },
      ],
      validations: [
        {
          expression: `variables.isRequest || ${may('update')}`,
          message:
            'who may patch Canaries, and not update them, may change request annotations ' +
            '(flagger.app/abort, pause, promote and the like) and nothing else; ' +
            'the rest needs the verb update on canaries.flagger.app',
          reason: 'Forbidden',
        },
      ],
    },
  }
}

function binding(): object {
  return {
    apiVersion,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name, validationActions: ['Deny'] },
  }
}

const head = '# Generated from the verbs in src/requests by `npm run generate`; not to be edited.\n'

/** The policy that `deploy/cluster` brings beside the roles of people. */
export const admission: Generator = async () => [
  {
    path: 'deploy/cluster/admission.yaml',
    text:
      head + [policy(), binding()].map((object) => new Document(object).toString()).join('---\n'),
  },
]

import { policyPath } from '../action/domain/policy.ts'
import { code, fact, type Report, type Text } from '../action/domain/report.ts'
import type { CommandDefinition } from './commands/command.ts'
import { commandDefinitions } from './commands/registry.ts'
import type { OpenSession } from './session.ts'

/** `/policy`: what is in force, with the defaults that the file leaves open. */
export function reportPolicy({
  policy,
  isPolicyFromFile,
}: Pick<OpenSession, 'policy' | 'isPolicyFromFile'>): Report {
  const { labels, numbers } = policy.issues
  const places = [...numbers.map((number) => `issue ${number}`), ...labels.map(quoteLabel)]
  return [
    {
      kind: 'paragraph',
      text: isPolicyFromFile
        ? ['In force, by ', code(policyPath), ' and the defaults.']
        : ['In force: the defaults, since there is no ', code(policyPath), '.'],
    },
    {
      kind: 'table',
      columns: [{ title: 'Command' }, { title: 'Who may' }, { title: 'Environment' }],
      rows: commandDefinitions.map((definition) => [
        [code(`/${definition.name}`)],
        describeRight(definition, policy.commands[definition.name]),
        describeEnvironment(definition, policy.environments),
      ]),
    },
    {
      kind: 'facts',
      facts: [
        ...fact('Commands are taken', places.length === 0 ? 'in every issue' : places.join(', ')),
        ...fact('Workflow of backups', code(policy.workflows.backup)),
        ...fact('Workflow of restores', code(policy.workflows.restore)),
        ...fact(
          'Changes of one person',
          `${policy.limits['changing-per-10-minutes']} in 10 minutes`,
        ),
        ...fact('Open restores and deletions', `${policy.limits['open-restores']} at a time`),
        ...fact(
          'Restores without reviewers',
          policy['allow-unprotected'] ? { tone: 'doubtful', text: 'allowed' } : 'refused',
        ),
      ],
    },
  ]
}

function quoteLabel(label: string): string {
  return `issues with the label "${label}"`
}

function describeRight(
  definition: CommandDefinition,
  rule: OpenSession['policy']['commands'][CommandDefinition['name']],
): Text {
  const role = rule?.role ?? definition.role
  const teams = (rule?.teams ?? []).flatMap((team) => [', team ', code(team)])
  const users = (rule?.users ?? []).flatMap((user) => [', ', code(user)])
  const requester = definition.isForRequester === true ? ['who asked, or '] : []
  return [...requester, 'role ', code(role), ...teams, ...users]
}

function describeEnvironment(
  { workflow, isGated }: CommandDefinition,
  environments: OpenSession['policy']['environments'],
): Text {
  if (workflow === undefined) return ['none']
  return [code(environments[workflow]), ...(isGated ? [', after an approval'] : [])]
}

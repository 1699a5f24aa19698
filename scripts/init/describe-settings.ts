import { quoteShell } from '../../action/domain/quote-shell.ts'

/** What the commands are written for; what is not known is written in capitals, to be replaced. */
export interface SettingsFacts {
  /** "owner/name" on GitHub. */
  readonly repository: string | undefined
  readonly defaultBranch: string
  /** The server of one's own that it is on; absent: github.com. */
  readonly server?: string | undefined
}

/** What stands in the commands for what only a person knows. */
export function listPlaceholders({ repository }: SettingsFacts): readonly string[] {
  return [...(repository === undefined ? ['OWNER', 'NAME'] : []), ...placeholders]
}

const placeholders = ['REVIEWER', 'BUCKET', 'ACCOUNT', 'REGION']

/**
 * What has to be set by hand, since values and people are not in any file: `gh` commands that make the environments, their
 * secrets and variables, and the reviewers. As lines for a shell; comments say what each value is. A comment has a line of
 * its own, because zsh reads one behind a command that is typed as more words of it.
 */
export function describeSettings(facts: SettingsFacts): readonly string[] {
  const { repository, defaultBranch, server } = facts
  const repo = repository ?? 'OWNER/NAME'
  const inBackup = `--env database-backup --repo ${repo}`
  const inRestore = `--env database-restore --repo ${repo}`
  const environment = (name: string) => `repos/${repo}/environments/${name}`
  const allow = (name: string) =>
    `gh api --method POST ${environment(name)}/deployment-branch-policies -f ${quoteShell(`name=${defaultBranch}`)}`
  const branches =
    '"deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true}'
  return [
    ...(server === undefined ? [] : [`export GH_HOST=${server}`, '']),
    '# 1. The environment of the nightly run: no reviewers, or it waits for one every night',
    `echo '{${branches}}' | gh api --method PUT ${environment('database-backup')} --input -`,
    allow('database-backup'),
    '',
    '# 2. The environment of a restore: REVIEWER must approve, and may not be the one who asked',
    'reviewer_id=$(gh api users/REVIEWER --jq .id)',
    `echo "{\\"reviewers\\":[{\\"type\\":\\"User\\",\\"id\\":$reviewer_id}],\\"prevent_self_review\\":true,${branches.replaceAll('"', '\\"')}}" | gh api --method PUT ${environment('database-restore')} --input -`,
    allow('database-restore'),
    // GitHub's description of its API knows no such field, and servers of one's own refuse a request that has it.
    `# and by hand, since no command does it: Settings, Environments, database-restore, switch off "Allow administrators to bypass"`,
    '',
    '# 3. Where the backups are',
    `gh variable set BACKUP_BUCKET --repo ${repo} --body BUCKET`,
    '# the address of the storage, but not for AWS',
    `gh variable set BACKUP_ENDPOINT --repo ${repo} --body https://ACCOUNT.r2.cloudflarestorage.com`,
    '# but not for R2',
    `gh variable set BACKUP_REGION --repo ${repo} --body REGION`,
    '',
    '# 4. Secrets, line by line: each command asks for its value, and takes the next line of a pasted block for it',
    `gh secret set DATABASE_URL ${inBackup}`,
    `gh secret set BACKUP_ACCESS_KEY_ID ${inBackup}`,
    `gh secret set BACKUP_SECRET_ACCESS_KEY ${inBackup}`,
    '# owner of the database, with CREATEDB',
    `gh secret set RESTORE_DATABASE_URL ${inRestore}`,
    `gh secret set BACKUP_ACCESS_KEY_ID ${inRestore}`,
    `gh secret set BACKUP_SECRET_ACCESS_KEY ${inRestore}`,
    '# a key that may only read: the plan of a restore is made before anybody has approved',
    `gh secret set BACKUP_READER_ACCESS_KEY_ID --repo ${repo}`,
    `gh secret set BACKUP_READER_SECRET_ACCESS_KEY --repo ${repo}`,
  ]
}

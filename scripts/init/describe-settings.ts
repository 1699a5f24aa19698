/** What the commands are written for; what is not known is written in capitals, to be replaced. */
export interface SettingsFacts {
  /** "owner/name" on GitHub. */
  readonly repository: string | undefined
  readonly defaultBranch: string
}

/**
 * What has to be set by hand, since values and people are not in any file: `gh` commands that make the environments, their
 * secrets and variables, and the reviewers. As lines for a shell; comments say what each value is.
 */
export function describeSettings({ repository, defaultBranch }: SettingsFacts): readonly string[] {
  const repo = repository ?? 'OWNER/NAME'
  const inBackup = `--env database-backup --repo ${repo}`
  const inRestore = `--env database-restore --repo ${repo}`
  const environment = (name: string) => `repos/${repo}/environments/${name}`
  const branches =
    '"deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true}'
  return [
    '# 1. The environment of the nightly run: no reviewers, or it waits for one every night',
    `echo '{${branches}}' | gh api --method PUT ${environment('database-backup')} --input -`,
    `gh api --method POST ${environment('database-backup')}/deployment-branch-policies -f name=${defaultBranch}`,
    '',
    '# 2. The environment of a restore: REVIEWER must approve, and may not be the one who asked',
    'REVIEWER_ID=$(gh api users/REVIEWER --jq .id)',
    `echo "{\\"reviewers\\":[{\\"type\\":\\"User\\",\\"id\\":$REVIEWER_ID}],\\"prevent_self_review\\":true,${branches.replaceAll('"', '\\"')}}" | gh api --method PUT ${environment('database-restore')} --input -`,
    `gh api --method POST ${environment('database-restore')}/deployment-branch-policies -f name=${defaultBranch}`,
    `# and by hand, since no command does it: Settings, Environments, database-restore, switch off "Allow administrators to bypass"`,
    '',
    '# 3. Where the backups are',
    `gh variable set BACKUP_BUCKET --repo ${repo} --body BUCKET`,
    `gh variable set BACKUP_ENDPOINT --repo ${repo} --body https://ACCOUNT.r2.cloudflarestorage.com # not for AWS`,
    `gh variable set BACKUP_REGION --repo ${repo} --body REGION # not for R2`,
    '',
    '# 4. Secrets: each command asks for the value',
    `gh secret set DATABASE_URL ${inBackup}`,
    `gh secret set BACKUP_ACCESS_KEY_ID ${inBackup}`,
    `gh secret set BACKUP_SECRET_ACCESS_KEY ${inBackup}`,
    `gh secret set RESTORE_DATABASE_URL ${inRestore} # owner of the database, with CREATEDB`,
    `gh secret set BACKUP_ACCESS_KEY_ID ${inRestore}`,
    `gh secret set BACKUP_SECRET_ACCESS_KEY ${inRestore}`,
    '# a key that may only read: the plan of a restore is made before anybody has approved',
    `gh secret set BACKUP_READER_ACCESS_KEY_ID --repo ${repo}`,
    `gh secret set BACKUP_READER_SECRET_ACCESS_KEY --repo ${repo}`,
  ]
}

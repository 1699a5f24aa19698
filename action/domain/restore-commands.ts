import type { Backup } from './backup.ts'
import { quoteShell } from './quote-shell.ts'
import type { Block } from './report.ts'

/**
 * How a backup is restored, with Strongroom and without it: stock tools only, because on the day of
 * need ours may be what is broken.
 */
export function listRestoreCommands(backup: Backup): readonly Block[] {
  if (backup.status !== 'COMPLETED') return []
  return [
    { kind: 'heading', text: 'Restore it' },
    { kind: 'paragraph', text: ['With Strongroom:'] },
    {
      kind: 'commands',
      language: 'sh',
      lines: [`npm run backup:restore -- ${backup.id} --confirm=${quoteShell(backup.database)}`],
    },
    { kind: 'paragraph', text: ['Without it, into an empty database:'] },
    { kind: 'commands', language: 'sh', lines: listStockCommands(backup) },
  ]
}

function listStockCommands(backup: Backup): readonly string[] {
  const { fileUrl, filename, checksum, format } = backup
  const file = quoteShell(`./${filename}`)
  const load =
    format === 'plain'
      ? `gunzip --stdout ${file} | psql -X -v ON_ERROR_STOP=1 "$DATABASE_URL"`
      : `gunzip --stdout ${file} | pg_restore --exit-on-error --dbname="$DATABASE_URL"`
  return [
    '# another service than AWS: add --endpoint-url "$AWS_S3_ENDPOINT"',
    `aws s3 cp ${quoteShell(fileUrl)} ${file} &&`,
    ...(checksum === undefined
      ? []
      : [`echo ${quoteShell(`${checksum}  ./${filename}`)} | sha256sum --check &&`]),
    load,
  ]
}

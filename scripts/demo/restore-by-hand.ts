import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import type { Backup } from '../../action/domain/backup.ts'
import { createSdkClient } from '../../test/support/s3-server/sdk-client.ts'
import type { Narrator } from './narrator.ts'
import { runProgram } from './run-command.ts'
import type { World } from './start-world.ts'

/** Name of the database that the stock tools restore into. */
export const byHandDatabase = 'shop_by_hand'

/**
 * Restores a backup without a line of Strongroom: an S3 client, sha256sum, gunzip and psql.
 *
 * @returns whether every program ended well
 */
export async function restoreByHand(
  world: World,
  backup: Backup,
  narrator: Narrator,
  signal: AbortSignal,
): Promise<boolean> {
  const { cluster, directory } = world
  const path = join(directory, backup.filename)
  narrator.command(`aws s3 cp ${backup.fileUrl} .`)
  narrator.say(
    '  (fetched by the S3 client of the AWS SDK, since not every machine has the AWS CLI)',
  )
  await download(world, backup, path)
  await cluster.createDatabase(byHandDatabase)
  const settings = {
    PATH: `${cluster.binDirectory}:${process.env['PATH'] ?? ''}`,
    FILE: path,
    SUM: backup.checksum ?? '',
    URL: cluster.url(byHandDatabase),
  }
  const shell = async (shown: string, script: string) => {
    narrator.command(shown)
    return (await runProgram('bash', ['-o', 'pipefail', '-c', script], settings, signal)) === 0
  }
  const { filename } = backup
  return (
    (await shell(
      `echo '${backup.checksum}  ${filename}' | sha256sum --check`,
      `cd "$(dirname "$FILE")" && echo "$SUM  $(basename "$FILE")" | sha256sum --check`,
    )) &&
    (await shell(
      `gunzip --stdout ${filename} | psql -X -v ON_ERROR_STOP=1 postgres://…/${byHandDatabase}`,
      `gunzip --stdout "$FILE" | psql -X --quiet -v ON_ERROR_STOP=1 "$URL" >/dev/null`,
    ))
  )
}

async function download({ server, bucket }: World, backup: Backup, path: string): Promise<void> {
  const client = createSdkClient(server)
  try {
    const Key = backup.fileUrl.slice(`s3://${bucket}/`.length)
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }))
    if (!(Body instanceof Readable)) throw new Error(`Cannot download ${Key}: it has no body`)
    await pipeline(Body, createWriteStream(path, { mode: 0o600 }))
  } finally {
    client.destroy()
  }
}

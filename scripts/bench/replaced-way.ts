/**
 * The baseline: what the scripts did that Strongroom replaces. Dumps to a file, compresses with node's gzip at level 9
 * to another, reads it again for the checksum, and sends it in one PUT.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, statSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'

const [pgDump = '', url = '', directory = '', endpoint = '', bucket = ''] = process.argv.slice(2)
const dump = `${directory}/replaced.sql`
const packed = `${dump}.gz`

const { status } = spawnSync(pgDump, ['--file', dump, url], { stdio: 'inherit' })
if (status !== 0) throw new Error(`Cannot dump: exit ${status}, expected 0`)
await pipeline(createReadStream(dump), createGzip({ level: 9 }), createWriteStream(packed))
const hash = createHash('sha256')
for await (const chunk of createReadStream(packed)) hash.update(chunk)
const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true })
await client.send(
  new PutObjectCommand({
    Bucket: bucket,
    Key: `replaced/${process.pid}.sql.gz`,
    Body: createReadStream(packed),
    ContentLength: statSync(packed).size,
    Metadata: { sha256: hash.digest('hex') },
  }),
)
console.log(statSync(packed).size)

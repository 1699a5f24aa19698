import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import { createSdkClient } from '../s3-server/sdk-client.ts'

/**
 * Stands for the AWS CLI, which not every machine has: `aws s3 ls <folder>` and `aws s3 cp --recursive <folder> <here>`, of
 * its options `--endpoint-url`, of its environment what the lines of the documents need. Anything else fails.
 */
interface Folder {
  readonly Bucket: string
  readonly Prefix: string
}

async function list(client: S3Client, folder: Folder): Promise<void> {
  const { CommonPrefixes = [] } = await client.send(
    new ListObjectsV2Command({ ...folder, Delimiter: '/' }),
  )
  for (const { Prefix = '' } of CommonPrefixes)
    process.stdout.write(`${'PRE'.padStart(30)} ${Prefix.slice(folder.Prefix.length)}\n`)
}

async function copy(client: S3Client, folder: Folder, target: string): Promise<void> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command(folder))
  for (const { Key = '' } of Contents) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: folder.Bucket, Key }))
    const path = join(target, Key.slice(folder.Prefix.length))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, (await Body?.transformToByteArray()) ?? '')
    process.stdout.write(`download: s3://${folder.Bucket}/${Key} to ${path}\n`)
  }
}

function readFolder(url = ''): Folder {
  const [, Bucket, Prefix] = /^s3:\/\/([^/]+)\/(.*\/)$/.exec(url) ?? []
  if (Bucket === undefined || Prefix === undefined)
    throw new Error(`Cannot read ${url}, expected s3://<bucket>/<folder>/`)
  return { Bucket, Prefix }
}

function connect(given: string | undefined): S3Client {
  const { AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env
  const endpoint = given ?? AWS_ENDPOINT_URL
  if (!(endpoint && AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY))
    throw new Error('Cannot connect: no address or no key, expected both, else AWS itself is asked')
  return createSdkClient({
    endpoint,
    region: AWS_REGION || 'us-east-1',
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
  })
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'endpoint-url': { type: 'string' }, recursive: { type: 'boolean' } },
})
const [service, command, from, to, ...more] = positionals
const client = connect(values['endpoint-url'])
const wanted = [service, command, values.recursive, to !== undefined, more.length].join(' ')
if (wanted === 's3 ls  false 0') await list(client, readFolder(from))
else if (wanted === 's3 cp true true 0') await copy(client, readFolder(from), to ?? '')
else throw new Error(`Cannot stand for "aws ${positionals.join(' ')}", expected s3 ls or s3 cp`)
client.destroy()

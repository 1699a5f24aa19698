import { parseArgs } from 'node:util'
import { startS3Server } from './start-s3-server.ts'

const { values } = parseArgs({
  options: {
    directory: { type: 'string' },
    bucket: { type: 'string', default: 'demo' },
    rules: { type: 'string', default: 'aws' },
    etags: { type: 'string', default: 'md5' },
    port: { type: 'string', default: '0' },
    'access-key-id': { type: 'string' },
    'secret-access-key': { type: 'string' },
  },
})

const server = await startS3Server({
  rules: values.rules === 'r2' ? 'r2' : 'aws',
  etags: values.etags === 'quick' ? 'quick' : 'md5',
  port: Number(values.port),
  ...(values.directory === undefined ? {} : { directory: values.directory }),
  ...(values['access-key-id'] ? { accessKeyId: values['access-key-id'] } : {}),
  ...(values['secret-access-key'] ? { secretAccessKey: values['secret-access-key'] } : {}),
})
server.createBucket(values.bucket)
const { endpoint, accessKeyId, secretAccessKey, region } = server
console.log(
  JSON.stringify({ endpoint, bucket: values.bucket, accessKeyId, secretAccessKey, region }),
)
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void server.close())

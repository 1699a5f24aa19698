/**
 * The smallest server around the function for serverless platforms, as a process of its own:
 * `node serve-fetch.ts <bundle>`, with the variables of the server.
 */
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'

const [, , bundle = ''] = process.argv
const { createFetchHandler } = (await import(
  pathToFileURL(bundle).href
)) as typeof import('../../../../bot/fetch-handler.ts')
const { APP_ID, PRIVATE_KEY, WEBHOOK_SECRET, GITHUB_API_URL, GHE_HOST } = process.env
const handle = createFetchHandler({
  appId: APP_ID,
  privateKey: PRIVATE_KEY,
  webhookSecret: WEBHOOK_SECRET,
  apiUrl: GHE_HOST === undefined ? GITHUB_API_URL : `http://${GHE_HOST}/api/v3`,
})

const server = createServer(async (incoming, outgoing) => {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
    name,
    String(value),
  ])
  const { method = 'GET', url = '/' } = incoming
  const body = method === 'POST' ? { body: Buffer.concat(chunks) } : {}
  const response = await handle(
    new Request(`http://bot.example${url}`, { method, headers, ...body }),
  )
  outgoing.writeHead(response.status).end(await response.text())
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  console.log(`Listening on http://127.0.0.1:${port}`)
})
process.on('SIGTERM', () => process.exit(0))

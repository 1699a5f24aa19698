import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerRequest } from './answer-request.ts'
import { createJudges, type OperationJudge } from './exchange-judge.ts'
import { createFaults, type Fault, type Faults } from './fault-script.ts'
import type { Edition } from './github-description.ts'
import { type Reply, refuse } from './route.ts'
import { routes } from './routes.ts'
import { createOutbox, type Webhooks } from './webhooks/outbox.ts'
import { createWorld, type World } from './world.ts'

const bodyBytesMax = 1_048_576

/** One request as it was received. Never with its headers, which hold a token. */
export interface ReceivedRequest {
  readonly method: string
  readonly path: string
  readonly operationId: string | undefined
  readonly body: unknown
}

export interface FakeGitHub {
  /** What stands in `GITHUB_API_URL`. */
  readonly apiUrl: string
  readonly world: World
  readonly faults: Faults
  readonly requests: readonly ReceivedRequest[]
  readonly webhooks: Webhooks
  /** Stops it. Throws where a request was unknown, or any exchange not as GitHub describes it. */
  close(): Promise<void>
}

/**
 * A strict, stateful GitHub on loopback. Every request and every answer is judged by GitHub's own
 * description; what it does not know is answered 501 and makes `close` throw.
 *
 * @param basePath "/api/v3" for a server of one's own, which is judged by the description of GHES 3.19
 * @param now what the world's clock shows; the machine's own unless told otherwise
 */
export async function startFakeGitHub(
  options: { basePath?: string; now?: () => Date } = {},
): Promise<FakeGitHub> {
  const { basePath = '' } = options
  const edition: Edition = basePath === '' ? 'api.github.com' : 'ghes-3.19'
  const world = createWorld(options.now)
  const faults = createFaults()
  const requests: ReceivedRequest[] = []
  const problems: string[] = []
  const judges = createJudges([...routes.keys()], edition)
  let apiUrl = ''
  const webhooks = createOutbox(
    world,
    () => apiUrl,
    (found) => problems.push(...found),
  )

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = request
    const url = new URL(request.url ?? '/', apiUrl)
    const found = url.pathname.startsWith(`${basePath}/`)
      ? findJudge(judges, method, url.pathname.slice(basePath.length))
      : undefined
    const body = await readBody(request)
    const operationId = found?.judge.operationId
    requests.push({ method, path: url.pathname, operationId, body })
    const script = operationId === undefined ? undefined : faults.take(operationId)
    if (found === undefined) {
      problems.push(`${method} ${url.pathname}: no such route in the fake`)
      send(response, refuse(501, 'The fake does not know this route'))
      return
    }
    const query = Object.fromEntries(url.searchParams)
    const { judge, parameters } = found
    problems.push(
      ...judge
        .judgeRequest({ parameters, query, body })
        .map((problem) => `${judge.operationId}: ${problem}`),
      ...(headers['user-agent'] ? [] : [`${judge.operationId}: no user-agent`]),
    )
    if (script !== undefined && !script.isAfterEffect) {
      strike(script.fault, request, response)
      return
    }
    const route = routes.get(judge.operationId)
    if (route === undefined) throw new Error(`no route ${judge.operationId}`)
    const address = `${apiUrl}${url.pathname.slice(basePath.length)}`
    const call = { world, edition, parameters, query, body, apiUrl, address }
    const reply = answerRequest(route, call, headers.authorization)
    problems.push(
      ...judge
        .judgeAnswer(reply.status, reply.body)
        .map((problem) => `${judge.operationId}: ${problem}`),
    )
    if (script === undefined) send(response, reply)
    else strike(script.fault, request, response)
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      problems.push(`the fake itself failed: ${String(error)}`)
      response.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}${basePath}`

  return {
    apiUrl,
    world,
    faults,
    requests,
    webhooks,
    async close() {
      webhooks.disconnect()
      await webhooks.settled()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      if (problems.length > 0) throw new Error(`The fake GitHub met:\n${problems.join('\n')}`)
    },
  }
}

function findJudge(judges: readonly OperationJudge[], method: string, path: string) {
  for (const judge of judges) {
    const parameters = judge.match(method, path)
    if (parameters !== undefined) return { judge, parameters }
  }
  return undefined
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of request) {
    sizeBytes += chunk.length
    if (sizeBytes > bodyBytesMax) throw new RangeError('the body is too long')
    chunks.push(chunk)
  }
  return sizeBytes === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

function strike(fault: Fault, request: IncomingMessage, response: ServerResponse): void {
  switch (fault.kind) {
    case 'status':
      send(response, {
        ...refuse(fault.status, fault.message ?? 'Scripted'),
        headers: fault.headers ?? {},
      })
      return
    case 'raw':
      response.writeHead(200, jsonType).end(fault.text)
      return
    case 'stall':
      response.writeHead(200, { ...jsonType, 'content-length': 1_000 }).write('{')
      return
    case 'reset':
      request.socket.resetAndDestroy()
      return
    case 'hang':
  }
}

const jsonType = { 'content-type': 'application/json; charset=utf-8' }

function send(response: ServerResponse, { status, body, headers = {} }: Reply): void {
  response.writeHead(status, { ...jsonType, ...headers })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}

import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it came in. */
export interface HookRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface HookServer {
  readonly url: string
  readonly requests: readonly HookRequest[]
  close(): Promise<void>
}

/** What a server answers: a status, or whatever it does itself. */
export type HookAnswer = number | ((response: ServerResponse, request: HookRequest) => void)

/** An HTTP server on loopback that answers in turn, and with the last answer from then on. */
export async function startHookServer(...answers: readonly HookAnswer[]): Promise<HookServer> {
  const requests: HookRequest[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const received: HookRequest = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      }
      const answer = answers[Math.min(requests.length, answers.length - 1)] ?? 200
      requests.push(received)
      if (typeof answer === 'function') answer(response, received)
      else response.writeHead(answer).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

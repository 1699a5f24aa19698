import type { IncomingMessage, ServerResponse } from 'node:http'
import { authenticate } from './authenticate.ts'
import type { Answer, Exchange } from './exchange.ts'
import type { createFaults, FaultKind, Strike } from './faults.ts'
import { refusalOf } from './refusals.ts'
import { bodyOf, drain, strikeOf, untilReleased } from './request-body.ts'
import type { LoggedRequest, OpenEntry } from './request-log.ts'
import { HANDLERS } from './router.ts'
import { S3Error } from './s3-error.ts'
import { parseRequest, type S3Request } from './s3-request.ts'
import { releaseAnswer, sendAnswer } from './send-answer.ts'
import type { Settings } from './settings.ts'
import type { State } from './state.ts'
import { errorDocument } from './xml.ts'

/** What serving needs of the server around it. */
export interface Surroundings {
  readonly settings: Settings
  readonly state: State
  readonly log: LoggedRequest[]
  readonly take: ReturnType<typeof createFaults>['take']
  /** Fires when the server closes. */
  readonly signal: AbortSignal
}

const CONDITIONS = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since']

const SILENT: readonly FaultKind[] = ['hang', 'hang-after', 'reset-before', 'reset-after']

function isConditional(request: S3Request): boolean {
  const isWrite = !['GET', 'HEAD'].includes(request.method)
  return isWrite && CONDITIONS.some((name) => request.headers[name] !== undefined)
}

function requestIdOf(n: number): string {
  return n.toString(16).toUpperCase().padStart(16, '0')
}

function errorAnswer(error: S3Error, n: number, path: string): Answer {
  const fields = {
    Code: error.code,
    Message: error.message,
    ...error.details,
    Resource: path,
    RequestId: requestIdOf(n),
    HostId: 'strongroom-test',
  }
  const body = errorDocument(fields)
  return { status: error.status, headers: { 'content-type': 'application/xml' }, body }
}

function logRequest(request: S3Request, log: LoggedRequest[]): OpenEntry {
  const { n, operation, bucket, key, partNumber, uploadId } = request
  const entry: OpenEntry = {
    n,
    operation,
    bucket,
    key,
    ...(partNumber === undefined ? {} : { partNumber }),
    ...(uploadId === undefined ? {} : { uploadId }),
  }
  log.push(entry)
  return entry
}

/** Does what is asked for; a scripted refusal comes first. */
async function act(
  incoming: IncomingMessage,
  request: S3Request,
  striking: readonly Strike[],
  around: Surroundings,
): Promise<Answer> {
  const { settings, state, signal } = around
  for (const { script } of striking) {
    const refusal = refusalOf(script.kind, settings.rules)
    if (refusal) throw refusal
  }
  const hasBody = request.method === 'PUT' || request.method === 'POST'
  if (!hasBody) await untilReleased(strikeOf(striking, 'hold'), signal)
  const exchange: Exchange = {
    request,
    authentication: authenticate(request, settings),
    settings,
    state,
    body: bodyOf(incoming, striking, signal),
    ignoresConditions: strikeOf(striking, 'ignore-conditions') !== undefined,
  }
  return HANDLERS[request.operation](exchange)
}

/** The answer to a request, with every refusal of the protocol turned into one. */
async function answerOf(
  incoming: IncomingMessage,
  request: S3Request,
  striking: readonly Strike[],
  around: Surroundings,
): Promise<{ answer: Answer; code?: string }> {
  const strikes = (kind: FaultKind) => strikeOf(striking, kind) !== undefined
  const hidden = new S3Error({
    status: 200,
    code: 'InternalError',
    message: 'We encountered an internal error. Please try again.',
  })
  try {
    if (strikes('200-error')) throw hidden
    const answer = await act(incoming, request, striking, around)
    if (strikes('200-error-after')) throw hidden
    return { answer }
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    return { answer: errorAnswer(error, request.n, request.path), code: error.code }
  }
}

async function serveParsed(
  incoming: IncomingMessage,
  response: ServerResponse,
  request: S3Request,
  around: Surroundings,
): Promise<void> {
  const entry = logRequest(request, around.log)
  const striking = around.take({ ...request, isConditional: isConditional(request) })
  const [first] = striking
  if (first) entry.fault = first.script.kind
  const silence = striking.find(({ script }) => SILENT.includes(script.kind))?.script.kind
  if (silence === 'reset-before') return void incoming.socket.resetAndDestroy()
  if (silence === 'hang') return void incoming.resume()
  const { answer, code } = await answerOf(incoming, request, striking, around)
  try {
    await drain(incoming)
    if (silence === 'reset-after') return void incoming.socket.resetAndDestroy()
    if (silence === 'hang-after') return
    entry.status = answer.status
    if (code !== undefined) entry.code = code
    const scripts = striking.map(({ script }) => script)
    await sendAnswer(response, answer, scripts, around.signal)
  } finally {
    await releaseAnswer(answer)
  }
}

/** Whether the other end, or the closing server, broke the connection off: nobody is left to tell. */
function isGone(incoming: IncomingMessage, signal: AbortSignal): boolean {
  return signal.aborted || incoming.socket.destroyed
}

/** Serves one request from its first byte to the last of the answer. Never rejects. */
export async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  n: number,
  around: Surroundings,
): Promise<void> {
  response.sendDate = false
  response.setHeader('date', around.settings.now().toUTCString())
  response.setHeader('server', 'AmazonS3')
  response.setHeader('x-amz-request-id', requestIdOf(n))
  response.setHeader('x-amz-id-2', 'strongroom-test')
  try {
    await serveParsed(incoming, response, parseRequest(incoming, n), around)
  } catch (error) {
    if (isGone(incoming, around.signal)) return
    if (!(error instanceof S3Error)) {
      console.error(`S3 test server: request ${n} failed`, error)
    }
    const refusal =
      error instanceof S3Error
        ? error
        : new S3Error({ status: 500, code: 'InternalError', message: 'Defect of the test server' })
    if (response.headersSent) return void incoming.socket.destroy()
    await sendAnswer(response, errorAnswer(refusal, n, incoming.url ?? '/'), [], around.signal)
  }
}

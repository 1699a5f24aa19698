import { type Notice, noticeVersion } from './notice.ts'

/** A result that is longer than this is left out: receivers refuse large bodies. */
const resultCharactersMax = 262_144

/**
 * The JSON that a webhook receives: the notice, and the command's whole result as the output
 * `result` has it.
 *
 * @param result redacted JSON text; absent where there is no end to tell yet
 */
export function renderWebhook(notice: Notice, result: string | undefined): string {
  const isWhole = result !== undefined && result.length <= resultCharactersMax
  const { version: _version, ...rest } = notice
  const event = `${notice.command}.${notice.kind}`
  const head = JSON.stringify({ version: noticeVersion, event, ...rest })
  if (isWhole) return `${head.slice(0, -1)},"result":${result}}`
  return result === undefined ? head : `${head.slice(0, -1)},"resultOmitted":true}`
}

import { Failure } from '../domain/failure.ts'

export const EXPECTED_URL = 'expected postgres://user:password@host:5432/database'
const ENCODE_HINT =
  'Percent-encode special characters in user, password and database: @ is %40, / is %2F, : is %3A, ? is %3F, # is %23, % is %25.'

/**
 * The failure of every malformed connection URL. Neither text may hold any part of the URL: a
 * misplaced character is how a password ends up where a host or a parameter's name should be.
 */
export function urlFault(fault: string, expected = EXPECTED_URL, hint = ENCODE_HINT): Failure {
  return new Failure({
    code: 'database_url_invalid',
    stage: 'inputs',
    message: `Cannot read the database URL: ${fault}, ${expected}`,
    hint,
  })
}

/**
 * Percent-decodes one part strictly: a lone %, bytes that are not UTF-8 and NUL are refused.
 * @param part what it is called in the message
 */
export function decodePart(text: string, part: string): string {
  const decoded = decodeOrNothing(text)
  if (decoded === undefined) {
    throw urlFault(`its ${part} has a broken percent-encoding`, 'expected %25 for a literal %')
  }
  if (decoded.includes('\0')) throw urlFault(`its ${part} holds a NUL`)
  return decoded
}

function decodeOrNothing(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    // A URIError tells nothing but that; its message is not worth a cause.
    return undefined
  }
}

/** Whether `text` holds a C0 or C1 control character, line breaks among them. */
export function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text)
}

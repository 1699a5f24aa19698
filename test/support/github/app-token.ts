import { verify } from 'node:crypto'
import type { AppState } from './resources/apps.ts'
import { type Reply, refuse } from './route.ts'
import type { World } from './world.ts'

/** GitHub takes a token that lives ten minutes at most. */
const lifeMaxSeconds = 600

/**
 * The App that signed a JSON Web Token, or GitHub's refusal of it: RS256 with the App's own key, issued
 * in the past, and neither expired nor valid for longer than ten minutes.
 */
export function readAppToken(world: World, text: string): AppState | Reply {
  const [head = '', claims = '', signature = '', ...rest] = text.split('.')
  const header = decode(head)
  const { iss, iat, exp } = decode(claims)
  const app = [...world.apps.values()].find(
    ({ id, clientId }) => String(iss) === String(id) || iss === clientId,
  )
  if (rest.length > 0 || header['alg'] !== 'RS256' || app === undefined) return undecodable()
  const bytes = Buffer.from(signature, 'base64url')
  if (!verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), app.publicKey, bytes)) {
    return undecodable()
  }
  const nowSeconds = Math.floor(world.now().getTime() / 1_000)
  if (!isInteger(iat) || iat > nowSeconds) {
    return refuse(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    )
  }
  if (!isInteger(exp) || exp <= nowSeconds) {
    return refuse(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    )
  }
  if (exp > nowSeconds + lifeMaxSeconds) {
    return refuse(401, "'Expiration time' claim ('exp') is too far in the future")
  }
  return app
}

function undecodable(): Reply {
  return refuse(401, 'A JSON web token could not be decoded')
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value)
}

function decode(part: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')))
  } catch {
    // No JSON: it claims nothing, and is refused for that.
    return {}
  }
}

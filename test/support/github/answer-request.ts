import { readAppToken } from './app-token.ts'
import { notFound, type OpenCall, type Reply, type Route, refuse } from './route.ts'
import { isPermitted, type TokenState } from './tokens.ts'
import type { World } from './world.ts'

/** Lets a route answer a request whose credential is good for it, or refuses as GitHub does. */
export function answerRequest(
  route: Route,
  call: OpenCall,
  authorization: string | undefined,
): Reply {
  const { world, parameters } = call
  if (route.scope === 'open') return route.answer(call)
  const credential = /^(?:Bearer|token) (.+)$/i.exec(authorization ?? '')?.[1] ?? ''
  if (route.scope === 'app') {
    const app = readAppToken(world, credential)
    return 'status' in app ? app : route.answer({ ...call, app })
  }
  const token = findToken(world, credential)
  if (token === undefined) return refuse(401, 'Bad credentials')
  const refusal = isPermitted(token, route.permission)
    ? undefined
    : refuse(403, 'Resource not accessible by integration')
  if (route.scope === 'organization') return refusal ?? route.answer({ ...call, token })
  const { owner, repo } = parameters
  const repository = world.repositories.get(`${owner}/${repo}`.toLowerCase())
  if (repository === undefined || token.repositoryIds?.has(repository.id) === false) {
    return notFound()
  }
  return refusal ?? route.answer({ ...call, token, repository })
}

function findToken(world: World, credential: string): TokenState | undefined {
  const token = world.tokens.get(credential)
  const isExpired = token?.expiresAt !== undefined && token.expiresAt <= world.now()
  return isExpired ? undefined : token
}

/**
 * A stand-in for gh, which speaks to a fake GitHub: `GH_API_URL` says where it is, `GH_TOKEN` who asks. What a person types
 * stands line by line in the standard input.
 */
import { readFileSync, readSync } from 'node:fs'
import { carryOut } from './carry-out.ts'
import { readCall } from './read-call.ts'

const { GH_API_URL = '', GH_TOKEN = '' } = process.env

try {
  const call = readCall(process.argv.slice(2))
  const printed = await carryOut(call, {
    send,
    readInput: () => readFileSync(0, 'utf8'),
    askPerson: readLine,
  })
  if (printed !== '') console.log(printed)
} catch (error) {
  console.error(`gh: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

async function send(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${GH_API_URL}${path}`, {
    method,
    headers: { authorization: `token ${GH_TOKEN}`, 'user-agent': 'gh' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const answer = await response.text()
  if (response.status > 299) throw new Error(`${method} ${path}: HTTP ${response.status} ${answer}`)
  return answer === '' ? undefined : JSON.parse(answer)
}

/** Byte by byte, so that the rest stays for the next program, as the lines typed at a terminal do. */
function readLine(): string {
  const bytes: number[] = []
  const byte = Buffer.alloc(1)
  while (readSync(0, byte) === 1 && byte[0] !== 0x0a) bytes.push(byte[0] ?? 0)
  if (bytes.length === 0) throw new Error('nothing was typed, expected a secret')
  return Buffer.from(bytes).toString('utf8')
}

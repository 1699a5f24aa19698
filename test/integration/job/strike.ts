import { type Failure, isFailure } from '../../../action/domain/failure.ts'
import { repair } from '../../../action/job/repair.ts'
import type { FaultKind } from '../../support/s3-server/faults.ts'
import type { Operation } from '../../support/s3-server/operation.ts'
import type { Peek } from '../../support/s3-server/peek.ts'
import { type BucketSnapshot, loadBucket } from './bucket-snapshot.ts'
import { type Contents, findDangling, findLies, readContents } from './invariants.ts'
import { dayMs, openPorts, type Ports, type Scene } from './scene.ts'

/** What a job returned, as far as every job returns it. */
export interface Told {
  readonly ok: boolean
  readonly reasonCode: string
}

/** Which faults strike which job over which bucket, and what is asked afterwards. */
export interface Strike<Result extends Told> {
  readonly scene: Scene
  readonly snapshot: BucketSnapshot
  readonly kind: FaultKind
  /** Only requests of these are struck, and counted. @default all */
  readonly operations?: readonly Operation[]
  /** How many requests in a row are struck. */
  readonly times: number
  /** The run has to end well all the same. */
  readonly mustPass: boolean
  prepare?(bucket: string): Promise<void>
  run(ports: Ports): Promise<Result>
  /** What is untrue right after the run, besides what holds for any bucket. */
  judge(told: Told, contents: Contents, peek: Peek): string[]
  /** What is untrue after a repair. */
  judgeRepaired(told: Told, contents: Contents): string[]
}

/** More requests than any run of these tests makes. */
const requestsMax = 200
let buckets = 0

/**
 * Runs a job against a new bucket with its first request struck, then its second, and so on until the fault finds
 * no request any more; judges each bucket as it was left, repairs it, and judges it again.
 *
 * @returns a line for everything that was untrue
 */
export async function strikeEach<Result extends Told>(strike: Strike<Result>): Promise<string[]> {
  const broken: string[] = []
  for (let nth = 1; nth <= requestsMax; nth += 1) {
    const { isStruck, told, lies } = await strikeOnce(strike, nth)
    if (!isStruck) return nth === 1 ? ['no request was struck'] : broken
    const where = `${strike.kind} at request ${nth} (${told.reasonCode})`
    broken.push(...lies.map((lie) => `${where}: ${lie}`))
    if (strike.mustPass && !told.ok) broken.push(`${where} ended the run`)
  }
  return [...broken, `more than ${requestsMax} requests were made`]
}

async function strikeOnce<Result extends Told>(strike: Strike<Result>, nth: number) {
  const { scene, kind, times } = strike
  buckets += 1
  const bucket = `struck-${buckets}`
  await loadBucket(scene.server, bucket, strike.snapshot)
  await strike.prepare?.(bucket)
  const fault = scene.server.faults.add({
    kind,
    nth,
    times,
    ...(strike.operations !== undefined && { operation: strike.operations }),
    where: (subject) => subject.bucket === bucket,
  })
  const ports = openPorts(scene, bucket)
  let told: Told
  try {
    told = await strike.run(ports)
  } catch (error) {
    if (!isFailure(error)) throw error
    told = describe(error)
  } finally {
    fault.remove()
    ports.close()
  }
  const peek = scene.server.peek(bucket)
  const left = await readContents(peek)
  const lies = [...(await findLies(peek, left)), ...strike.judge(told, left, peek)]
  const after = await judgeRepaired(strike, bucket, told)
  // Hundreds of buckets are kept in memory otherwise.
  for (const key of peek.keys()) await peek.remove(key)
  return { isStruck: fault.struck() > 0, told, lies: [...lies, ...after] }
}

async function judgeRepaired<Result extends Told>(
  { scene, judgeRepaired: judge }: Strike<Result>,
  bucket: string,
  told: Told,
): Promise<string[]> {
  // Two days on, so that nothing is too young to be deleted.
  const ports = openPorts(scene, bucket, 2 * dayMs)
  const repaired = await repair(ports, { dryRun: false, orphans: 'delete', actor: 'a test' })
  ports.close()
  const peek = scene.server.peek(bucket)
  const contents = await readContents(peek)
  const lies = [
    ...(repaired.ok ? [] : [`repair ended with ${repaired.reasonCode}`]),
    ...(await findLies(peek, contents)),
    ...findDangling(peek, contents),
    ...judge(told, contents),
  ]
  return lies.map((lie) => `after repair: ${lie}`)
}

function describe({ code }: Failure): Told {
  return { ok: false, reasonCode: code }
}

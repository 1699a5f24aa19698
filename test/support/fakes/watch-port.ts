import { Failure } from '../../../action/domain/failure.ts'

/** Where a call is made to fail: before it does anything, or after it has. */
export type Moment = 'before' | 'after'

/** Everything that was called on the ports of one world, and what is to happen there. */
export interface Calls {
  /** Names such as `catalog.change`, in order. */
  readonly names: string[]
  /** Asked at every call; what it throws is what the port throws. `place` counts from 0. */
  onCall: (name: string, place: number, moment: Moment) => void
}

export function createCalls(): Calls {
  return { names: [], onCall: () => {} }
}

/** What a bucket or a server that does not answer makes of any call. */
export function unreachable(name = 'the port'): Failure {
  return new Failure({
    code: 'bucket_unreachable',
    stage: 'connect',
    message: `Cannot reach ${name}: there is no answer, expected one`,
  })
}

/** Methods that answer at once, or hand out something that is watched elsewhere. */
const immediate: ReadonlySet<string> = new Set(['target.scratchName', 'streams.compress'])
/** Methods that hand out an async iterable: the call counts when it is first read. */
const iterables: ReadonlySet<string> = new Set([
  'vault.read',
  'vault.list',
  'vault.listUploads',
  'catalog.listRecordIds',
  'streams.expand',
])

/** The same port, each of its calls noted, and made to fail where the world says so. */
export function watchPort<T extends object>(port: string, subject: T, calls: Calls): T {
  return new Proxy(subject, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      if (typeof value !== 'function' || typeof key !== 'string') return value
      const name = `${port}.${key}`
      if (immediate.has(name)) return value
      const call = (...args: unknown[]): unknown => Reflect.apply(value, target, args)
      if (iterables.has(name)) {
        return (...args: unknown[]) => iterate(name, () => call(...args), calls)
      }
      return name === 'source.dump' ? dumpOf(name, call, calls) : awaited(name, call, calls)
    },
  })
}

function enter(name: string, calls: Calls): number {
  const place = calls.names.push(name) - 1
  calls.onCall(name, place, 'before')
  return place
}

function awaited(name: string, call: (...args: unknown[]) => unknown, calls: Calls) {
  return async (...args: unknown[]): Promise<unknown> => {
    const place = enter(name, calls)
    const result = await call(...args)
    calls.onCall(name, place, 'after')
    return result
  }
}

async function* iterate(name: string, open: () => unknown, calls: Calls): AsyncGenerator<unknown> {
  const place = enter(name, calls)
  yield* open() as AsyncIterable<unknown>
  calls.onCall(name, place, 'after')
}

/** A dump fails within its stream. */
function dumpOf(name: string, call: (...args: unknown[]) => unknown, calls: Calls) {
  return (...args: unknown[]): unknown => {
    const session = call(...args) as { readonly chunks: AsyncIterable<unknown> }
    return { ...session, chunks: iterate(name, () => session.chunks, calls) }
  }
}

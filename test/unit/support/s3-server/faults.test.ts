import { expect, test } from 'vitest'
import { createFaults, type FaultSubject } from '../../../support/s3-server/faults.ts'

const PUT: FaultSubject = {
  operation: 'PutObject',
  bucket: 'b',
  key: 'a/1',
  partNumber: undefined,
  isConditional: false,
}
const GET: FaultSubject = { ...PUT, operation: 'GetObject' }

function struckBy(script: Parameters<ReturnType<typeof createFaults>['faults']['add']>[0]) {
  const { faults, take } = createFaults()
  faults.add(script)
  return (...subjects: FaultSubject[]) => subjects.map((subject) => take(subject).length > 0)
}

test('a fault strikes once by default', () => {
  expect(struckBy({ kind: '503' })(PUT, PUT)).toEqual([true, false])
})

test('nth and times count only the requests that fit', () => {
  const struck = struckBy({ kind: 'hang', operation: 'PutObject', nth: 2, times: 2 })
  expect(struck(PUT, GET, PUT, PUT, PUT)).toEqual([false, false, true, true, false])
})

test('a fault may strike for ever', () => {
  expect(struckBy({ kind: '500', times: Infinity })(PUT, GET, PUT)).toEqual([true, true, true])
})

test.each([
  [{ key: 'a/1' }, true],
  [{ key: 'a' }, false],
  [{ key: /^a/ }, true],
  [{ operation: ['GetObject', 'PutObject'] }, true],
  [{ operation: 'DeleteObject' }, false],
  [{ partNumber: 1 }, false],
  [{ where: ({ key }: FaultSubject) => key.endsWith('1') }, true],
] as const)('criterion %j', (criterion, expected) => {
  expect(struckBy({ kind: '503', ...criterion })(PUT)).toEqual([expected])
})

test('a kind strikes only where it means something', () => {
  expect(struckBy({ kind: 'flip' })(PUT, GET)).toEqual([false, true])
  expect(struckBy({ kind: 'locked' })(PUT)).toEqual([false])
  expect(struckBy({ kind: 'locked', operation: 'PutObject' })(PUT)).toEqual([true])
  const conditional = { ...PUT, isConditional: true }
  expect(struckBy({ kind: 'refuse-conditions' })(PUT, conditional)).toEqual([false, true])
})

test('struck counts, remove and clear take away', () => {
  const { faults, take, clockOffsetMs } = createFaults()
  const fault = faults.add({ kind: '503', times: 5 })
  take(PUT)
  expect(fault.struck()).toBe(1)
  fault.remove()
  expect(take(PUT)).toEqual([])
  faults.add({ kind: '503' })
  faults.setClockOffset(1000)
  faults.clear()
  expect([take(PUT), clockOffsetMs()]).toEqual([[], 0])
})

import type { Addressing } from './addressing.ts'
import { isWrongRegion } from './explain-fault.ts'
import type { Fault } from './fault.ts'

/** The region that requests are signed for, which on "auto" is learnt from the first refusal. */
export interface SigningRegion {
  current(): string
  /** @returns whether the fault named another region that is now used: the request may be sent again */
  adopt(fault: Fault): boolean
}

/** AWS and some others name a bucket's region where they refuse a signature for another one. */
export function createSigningRegion({ region, isRegionOpen }: Addressing): SigningRegion {
  let current = region
  let isOpen = isRegionOpen
  return {
    current: () => current,
    adopt: (fault) => {
      if (!isOpen || fault.region === undefined || fault.region === current) return false
      if (!isWrongRegion(fault, current)) return false
      current = fault.region
      isOpen = false
      return true
    },
  }
}

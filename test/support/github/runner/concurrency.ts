/** A place in a concurrency group. */
export interface Place {
  /** Resolves once it is this one's turn, with false where a later one took the place before. */
  readonly turn: Promise<boolean>
  leave(): void
}

export interface Groups {
  /**
   * Asks for a place. One runs and one waits; a third takes the place of the one that waits, which is called off,
   * unless the queue is `max`.
   *
   * @param cancel calls off the one that runs, where `isImpatient`
   */
  enter(
    name: string,
    options: { readonly cancel: () => void; readonly isImpatient: boolean; readonly queue: string },
  ): Place
}

interface Member {
  readonly cancel: () => void
  readonly tell: (isTurn: boolean) => void
}

export function createGroups(): Groups {
  const groups = new Map<string, Member[]>()
  return {
    enter(name, { cancel, isImpatient, queue }) {
      const key = name.toLowerCase()
      const members = groups.get(key) ?? []
      groups.set(key, members)
      let tell: (isTurn: boolean) => void = () => undefined
      const turn = new Promise<boolean>((resolve) => {
        tell = resolve
      })
      const member: Member = { cancel, tell }
      if (queue === 'single') {
        for (const waiting of members.splice(1)) waiting.tell(false)
      }
      members.push(member)
      if (members[0] === member) tell(true)
      else if (isImpatient) members[0]?.cancel()
      return {
        turn,
        leave() {
          const index = members.indexOf(member)
          if (index < 0) return
          members.splice(index, 1)
          if (index === 0) members[0]?.tell(true)
        },
      }
    },
  }
}

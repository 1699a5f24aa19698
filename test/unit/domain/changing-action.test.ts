import { describe, expect, it } from 'vitest'
import { changingAction } from '../../../action/domain/changing-action.ts'
import { commands } from '../../../action/domain/inputs.ts'

const undo = undefined

describe('changingAction', () => {
  it('names every command that changes something, and no other', () => {
    const changing = commands.filter((command) => changingAction({ command, dryRun: false, undo }))
    expect(changing).toEqual([
      'backup',
      'restore',
      'cleanup',
      'delete',
      'verify',
      'repair',
      'pin',
      'unpin',
      'accept',
    ])
  })

  it.each(['restore', 'cleanup', 'delete', 'repair'] as const)(
    'counts the dry run of %s as a reading',
    (command) => {
      expect(changingAction({ command, dryRun: true, undo })).toBeUndefined()
    },
  )

  it('knows the undoing of a restore', () => {
    const given = { command: 'restore', dryRun: false, undo: '20261122T030012Z-k7q2' } as const
    expect(changingAction(given)).toBe('undo')
  })
})

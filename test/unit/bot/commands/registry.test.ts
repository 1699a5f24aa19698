import { describe, expect, it } from 'vitest'
import { isInputKey } from '../../../../action/domain/input-keys.ts'
import { chatCommands } from '../../../../action/domain/request.ts'
import { parseComment } from '../../../../bot/commands/parse-comment.ts'
import {
  commandDefinitions,
  describeCommand,
  describeUsage,
  findCommand,
} from '../../../../bot/commands/registry.ts'

describe('commandDefinitions', () => {
  it('holds every command once', () => {
    expect(commandDefinitions.map(({ name }) => name)).toEqual(chatCommands)
  })

  it.each(commandDefinitions)('/$name has examples that are read', ({ name, examples }) => {
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples)
      expect(parseComment(example), example).toMatchObject([{ kind: 'command', name }])
  })

  it.each(commandDefinitions.filter(({ workflow }) => workflow !== undefined))(
    '/$name becomes inputs that the Action has',
    ({ arguments: all, fixedInputs = {}, command }) => {
      const inputs = [...all.map(({ input }) => input), ...Object.keys(fixedInputs)]
      expect(inputs.filter((input) => !isInputKey(input))).toEqual([])
      expect(new Set(inputs).size).toBe(inputs.length)
      expect(command).toBeDefined()
    },
  )

  it.each(commandDefinitions.filter(({ isGated }) => isGated))(
    '/$name, which is gated, goes to the gated workflow and is for administrators',
    (command) => {
      expect(command).toMatchObject({ workflow: 'restore', role: 'admin', effect: 'change' })
    },
  )
})

describe('describeCommand', () => {
  it.each([
    ['pin', 'write'],
    ['unpin', 'admin'],
    ['accept', 'admin'],
  ] as const)(
    'lets %s be asked for by %s, since the last two let rotation delete',
    (name, role) => {
      const expected = { role, effect: 'change', isGated: false, workflow: 'backup', command: name }
      expect(describeCommand(name)).toMatchObject(expected)
    },
  )
})

describe('describeUsage', () => {
  it('writes what is needed in angles and what may be left out in brackets', () => {
    expect(commandDefinitions.map(describeUsage)).toEqual([
      '/backup',
      '/backups [--type T] [--status S] [--page N]',
      '/restore <id|latest> [--mode M]',
      '/verify <id|latest>',
      '/pin <id|latest>',
      '/unpin <id>',
      '/accept <id|latest>',
      '/cleanup [--dry-run]',
      '/delete <id>',
      '/status',
      '/cancel [request]',
      '/policy',
      '/help [command]',
    ])
  })
})

describe('findCommand', () => {
  it.each(['', 'Backup', 'bakup', 'constructor', '__proto__'])('knows no %j', (name) => {
    expect(findCommand(name)).toBeUndefined()
  })
})

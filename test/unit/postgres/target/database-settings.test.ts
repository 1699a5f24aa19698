import { describe, expect, it } from 'vitest'
import {
  settingStatement,
  splitNames,
} from '../../../../action/postgres/target/database-settings.ts'

describe('settingStatement', () => {
  it.each([
    ['work_mem=9MB', `ALTER DATABASE "d" SET "work_mem" TO '9MB'`],
    [`app.motto=it's`, `ALTER DATABASE "d" SET "app.motto" TO 'it''s'`],
    ['app.equation=a=b', `ALTER DATABASE "d" SET "app.equation" TO 'a=b'`],
    ['search_path="$user", public', `ALTER DATABASE "d" SET "search_path" TO '$user', 'public'`],
    ['search_path=""', `ALTER DATABASE "d" SET "search_path" TO ''`],
    ['search_path=', `ALTER DATABASE "d" SET "search_path" TO ''`],
    ['DateStyle=ISO, DMY', `ALTER DATABASE "d" SET "DateStyle" TO 'ISO, DMY'`],
  ])('writes %s', (setting, statement) => {
    expect(settingStatement('d', undefined, setting)).toBe(statement)
  })

  it('writes that of a role, with every name quoted', () => {
    expect(settingStatement('d"b', 'ro"le', 'x=1')).toBe(
      `ALTER ROLE "ro""le" IN DATABASE "d""b" SET "x" TO '1'`,
    )
  })
})

describe('splitNames', () => {
  it.each([
    ['public', ['public']],
    ['"$user", public, "Odd, ""name"""', ['$user', 'public', 'Odd, "name"']],
    ['a,b', ['a', 'b']],
    ['', []],
  ])('reads %s', (list, names) => {
    expect(splitNames(list)).toEqual(names)
  })
})

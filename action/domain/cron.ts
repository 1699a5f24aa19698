import { Failure } from './failure.ts'

/** A parsed schedule: for each field the values that it admits. */
export interface Cron {
  readonly minutes: ReadonlySet<number>
  readonly hours: ReadonlySet<number>
  readonly monthDays: ReadonlySet<number>
  readonly months: ReadonlySet<number>
  /** 0 is Sunday. */
  readonly weekDays: ReadonlySet<number>
  /** Whether a day need satisfy only one of the two day fields: both are restricted. */
  readonly isEitherDay: boolean
}

interface Field {
  readonly name: string
  readonly min: number
  readonly max: number
  /** Names of the values from `min` on. */
  readonly words?: readonly string[]
}

const monthNames = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ')
const dayNames = 'SUN MON TUE WED THU FRI SAT'.split(' ')
const minuteField: Field = { name: 'minute', min: 0, max: 59 }
const hourField: Field = { name: 'hour', min: 0, max: 23 }
const monthDayField: Field = { name: 'day of the month', min: 1, max: 31 }
const monthField: Field = { name: 'month', min: 1, max: 12, words: monthNames }
/** 7 is Sunday too, as in every cron. */
const weekDayField: Field = { name: 'day of the week', min: 0, max: 7, words: dayNames }
const expressionLengthMax = 256

/**
 * Reads a five-field POSIX cron expression as GitHub Actions takes them: lists, ranges, steps
 * (`20/15` runs to the end of the field), names of months and days in any case.
 *
 * @throws {Failure} `invalid_input`
 */
export function parseCron(expression: string): Cron {
  if (expression.length > expressionLengthMax) throw refuse('it is too long')
  const [minute, hour, monthDay, month, weekDay, ...others] = expression.trim().split(/\s+/)
  if (
    minute === undefined ||
    hour === undefined ||
    monthDay === undefined ||
    month === undefined ||
    weekDay === undefined ||
    others.length > 0
  ) {
    throw refuse('it does not have five fields')
  }
  return {
    minutes: parseField(minute, minuteField),
    hours: parseField(hour, hourField),
    monthDays: parseField(monthDay, monthDayField),
    months: parseField(month, monthField),
    weekDays: new Set([...parseField(weekDay, weekDayField)].map((day) => day % 7)),
    isEitherDay: !monthDay.startsWith('*') && !weekDay.startsWith('*'),
  }
}

function parseField(text: string, field: Field): ReadonlySet<number> {
  return new Set(text.split(',').flatMap((item) => parseItem(item, field)))
}

function parseItem(item: string, field: Field): number[] {
  const [, first, last, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d{1,4}))?$/.exec(item) ?? []
  const isStar = first === '*'
  if (first === undefined || (isStar && last !== undefined)) throw refuseField(field)
  const start = isStar ? field.min : parseValue(first, field)
  const every = step === undefined ? 1 : Number(step)
  const end = last === undefined ? openEnd(start, isStar, step, field) : parseValue(last, field)
  if (every < 1 || end < start) throw refuseField(field)
  return Array.from({ length: Math.floor((end - start) / every) + 1 }, (_, n) => start + n * every)
}

/** Where a range without an end ends: at once, or with the field for `*` and for a step. */
function openEnd(start: number, isStar: boolean, step: string | undefined, field: Field): number {
  return isStar || step !== undefined ? Math.max(start, lastOf(field)) : start
}

/** 7 may be named, but a range that is left open ends with Saturday. */
function lastOf(field: Field): number {
  return field === weekDayField ? 6 : field.max
}

function parseValue(text: string, field: Field): number {
  const place = field.words?.indexOf(text.toUpperCase()) ?? -1
  const value = place === -1 ? (/^\d{1,2}$/.test(text) ? Number(text) : -1) : field.min + place
  if (value < field.min || value > field.max) throw refuseField(field)
  return value
}

function refuseField({ name, min, max }: Field): Failure {
  return refuse(`its ${name} is not understood, expected values from ${min} to ${max}`)
}

function refuse(what: string): Failure {
  const expected = what.includes('expected') ? '' : ', expected five fields like "0 3 * * *"'
  return new Failure({
    code: 'invalid_input',
    stage: 'inputs',
    message: `Cannot read the schedule: ${what}${expected}`,
    hint: 'Write it as in the "schedule" of the workflow.',
  })
}

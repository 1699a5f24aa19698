import { areEqual, toText, type Value } from './value.ts'

/** How the steps or jobs before went, which the status functions ask. */
export type Progress = 'success' | 'failure' | 'cancelled' | 'skipped'

/** The functions that the workflows of this repository use, by GitHub's rules. */
export const functions: Readonly<
  Record<string, (arguments_: readonly Value[], progress: Progress) => Value>
> = {
  format: ([template = '', ...values]) =>
    toText(template).replaceAll(/\{\{|\}\}|\{(\d+)\}/g, (found, index?: string) => {
      if (index === undefined) return found[0] ?? ''
      const value = values[Number(index)]
      if (value === undefined) throw new Error(`format: there is no value {${index}}`)
      return toText(value)
    }),
  fromjson: ([text = '']) => JSON.parse(toText(text)),
  tojson: ([value = null]) => JSON.stringify(value, null, 2),
  contains: ([where = '', what = '']) =>
    Array.isArray(where)
      ? where.some((one) => areEqual(one, what))
      : toText(where).toLowerCase().includes(toText(what).toLowerCase()),
  startswith: ([text = '', start = '']) =>
    toText(text).toLowerCase().startsWith(toText(start).toLowerCase()),
  endswith: ([text = '', end = '']) =>
    toText(text).toLowerCase().endsWith(toText(end).toLowerCase()),
  join: ([values = [], separator = ',']) =>
    Array.isArray(values) ? values.map(toText).join(toText(separator)) : toText(values),
  always: () => true,
  success: (_none, progress) => progress === 'success',
  failure: (_none, progress) => progress === 'failure',
  cancelled: (_none, progress) => progress === 'cancelled',
}

/** The functions by which a condition says itself what it makes of a failure before. */
export const statusFunctions = /\b(?:always|success|failure|cancelled)\s*\(/i

import type { LoadRequest } from '../../job/ports.ts'
import { listedSchemasOf, onlySchemas } from './archive-list.ts'
import type { ArchiveCall } from './load-archive.ts'

/** A call in its parts, for who divides it further. */
export interface PlannedCall extends ArchiveCall {
  /** The arguments without a list. */
  readonly selection: readonly string[]
  readonly list: string
  /** Whether the arguments choose among what is in the list. */
  readonly isSelective: boolean
}

type Selection = Pick<LoadRequest, 'schemas' | 'tables' | 'noOwner' | 'noPrivileges'>

/**
 * The calls of pg_restore that restore a selection. It takes names literally and restores what is
 * in a schema but not the schema, so schemas are made by a call of their own; a `schema.table` is a
 * call of its own too, since `--schema` and `--table` multiply.
 *
 * @param list of `pg_restore --list`, already without what is not to be restored
 * @param writeList writes a list into a file and returns its path
 */
export function planArchiveCalls(
  list: string,
  isFiltered: boolean,
  selection: Selection,
  writeList: (list: string) => string,
): readonly PlannedCall[] {
  const flags = [
    '--exit-on-error',
    ...(selection.noOwner ? ['--no-owner'] : []),
    ...(selection.noPrivileges ? ['--no-privileges'] : []),
  ]
  const filter = isFiltered ? [`--use-list=${writeList(list)}`] : []
  const planned = (selected: readonly string[]) => {
    const chosen = [...flags, ...selected]
    const isSelective = selected.length > 0
    return { args: [...chosen, ...filter], selection: chosen, list, isSelective }
  }
  const parts = selectedParts(selection)
  if (parts.length === 0) return [planned([])]
  const schemas = parts.flatMap((part) =>
    part.schemas.length > 0 ? part.schemas : listedSchemasOf(list, part.tables),
  )
  const made = onlySchemas(
    list,
    schemas.filter((name) => name !== 'public'),
  )
  return [
    ...(made === ''
      ? []
      : [
          {
            args: [...flags, `--use-list=${writeList(made)}`],
            ...{ selection: flags, list: made, isSelective: false },
          },
        ]),
    ...parts.map((part) =>
      planned([
        ...part.schemas.map((name) => `--schema=${name}`),
        ...part.tables.map((name) => `--table=${name}`),
      ]),
    ),
  ]
}

interface Part {
  readonly schemas: readonly string[]
  readonly tables: readonly string[]
}

function selectedParts({ schemas, tables }: Selection): readonly Part[] {
  if (schemas.length > 0) return [{ schemas, tables }]
  const plain = tables.filter((table) => !table.includes('.'))
  const bySchema = new Map<string, string[]>()
  for (const table of tables.filter((table) => table.includes('.'))) {
    const schema = table.slice(0, table.indexOf('.'))
    bySchema.set(schema, [...(bySchema.get(schema) ?? []), table.slice(schema.length + 1)])
  }
  return [
    ...(plain.length > 0 ? [{ schemas: [], tables: plain }] : []),
    ...[...bySchema].map(([schema, names]) => ({ schemas: [schema], tables: names })),
  ]
}

import type {
  BackupResult,
  CleanupResult,
  DeleteResult,
  DoctorResult,
  FailureResult,
  ListResult,
  RepairResult,
  RestoreResult,
  VerifyResult,
} from '../../../action/domain/result.ts'

type Fields = Omit<BackupResult, 'command'> &
  Omit<ListResult, 'command'> &
  Omit<CleanupResult, 'command'> &
  Omit<DeleteResult, 'command'> &
  Omit<DoctorResult, 'command'> &
  Omit<RepairResult, 'command'> &
  Omit<RestoreResult, 'command' | 'plan'> &
  Omit<VerifyResult, 'command'>

/** The output `result` of any command; what a command does not say is absent. */
export type StepResult = Partial<Fields> &
  Pick<FailureResult, 'version' | 'command' | 'reasonCode' | 'message' | 'warnings'> & {
    readonly ok: boolean
    /** Of a restore an object, of `command: plan` a text. */
    readonly plan?: unknown
  }

/**
 * The value of the output, without a look at its form: that is what the tests are for. Where a step wrote none,
 * a value that no test takes for a result.
 */
export function parseResult(text: string | undefined): StepResult {
  const nothing = {
    version: 1,
    command: '',
    ok: false,
    reasonCode: 'unexpected',
    message: 'no output "result"',
    warnings: [],
  } as const
  return text === undefined || text === '' ? nothing : JSON.parse(text)
}

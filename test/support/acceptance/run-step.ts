import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inputVariables } from './action-inputs.ts'
import { bundlePath } from './provide-bundle.ts'
import { readFileCommands } from './read-file-commands.ts'
import { type ProcessEnd, type RunningProcess, startProcess } from './running-process.ts'
import { parseResult, type StepResult } from './step-result.ts'

/** A step of a workflow that uses the Action. */
export interface StepRequest {
  /** Of the step, by their names in action.yml. */
  readonly inputs: Readonly<Record<string, string>>
  /** Variables beside the runner's own, or in their place. */
  readonly environment?: Readonly<Record<string, string>>
  /** Payload of the event. @default that of a manual start */
  readonly event?: object
  /** Puts programs in front of node: a namespace, a limit. */
  readonly within?: readonly string[]
  /** Of an earlier step of the same run, where it matters that the folders are the same. */
  readonly runner?: Runner
}

/** The folders of one job on a runner. */
export interface Runner {
  readonly folder: string
  /** `RUNNER_TEMP`. */
  readonly temporary: string
  readonly workspace: string
}

/** A step that ended, and everything it left. */
export interface StepEnd extends ProcessEnd {
  readonly outputs: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
  readonly summary: string
  /** The output `result`, parsed. */
  readonly result: StepResult
  /** Names in `RUNNER_TEMP`. */
  readonly leftovers: readonly string[]
}

export interface RunningStep extends Omit<RunningProcess, 'ended'> {
  readonly runner: Runner
  /** What `main` has saved for `post` so far. */
  state(): Promise<Record<string, string>>
  readonly ended: Promise<StepEnd>
}

const files = { output: 'GITHUB_OUTPUT', state: 'GITHUB_STATE', summary: 'GITHUB_STEP_SUMMARY' }
let runs = 7_000_000

/** New folders of a job. */
export async function newRunner(folder: string): Promise<Runner> {
  const own = await mkdtemp(join(folder, 'runner-'))
  const runner = { folder: own, temporary: join(own, '_temp'), workspace: join(own, 'workspace') }
  await mkdir(runner.temporary)
  await mkdir(runner.workspace)
  return runner
}

/** Starts `main` as the runner does: from the workspace, with nothing of our own environment. */
export async function startStep(folder: string, request: StepRequest): Promise<RunningStep> {
  const runner = request.runner ?? (await newRunner(folder))
  return await startDoor('main', runner, request, inputVariables(request.inputs))
}

/** Runs `main` to its end. */
export async function runStep(folder: string, request: StepRequest): Promise<StepEnd> {
  return (await startStep(folder, request)).ended
}

/** Runs `post` of a step, with the state that its `main` saved. */
export async function runPost(step: RunningStep, request: StepRequest): Promise<StepEnd> {
  const state = Object.entries(await step.state()).map(([name, value]) => [`STATE_${name}`, value])
  const variables = { ...inputVariables(request.inputs), ...Object.fromEntries(state) }
  return (await startDoor('post', step.runner, request, variables)).ended
}

async function startDoor(
  door: 'main' | 'post',
  runner: Runner,
  request: StepRequest,
  variables: Readonly<Record<string, string>>,
): Promise<RunningStep> {
  const commands = await mkdtemp(join(runner.folder, '_file_commands-'))
  for (const name of Object.keys(files)) await writeFile(join(commands, name), '')
  const eventPath = join(commands, 'event.json')
  const event = request.event ?? { repository: { default_branch: 'main' } }
  await writeFile(eventPath, JSON.stringify(event))
  const { within = [] } = request
  const [program = '', ...args] = [...within, process.execPath, bundlePath(door)]
  const started = startProcess({
    program,
    args,
    cwd: runner.workspace,
    environment: {
      ...runnerVariables(),
      ...Object.fromEntries(
        Object.entries(files).map(([name, variable]) => [variable, join(commands, name)]),
      ),
      GITHUB_EVENT_PATH: eventPath,
      RUNNER_TEMP: runner.temporary,
      ...variables,
      ...request.environment,
    },
  })
  const read = async (name: keyof typeof files) => await readFile(join(commands, name), 'utf8')
  const state = async () => readFileCommands(await read('state'))
  const ended = started.ended.then(async (end): Promise<StepEnd> => {
    const outputs = readFileCommands(await read('output'))
    return {
      ...end,
      outputs,
      state: await state(),
      summary: await read('summary'),
      result: parseResult(outputs['result']),
      leftovers: await readdir(runner.temporary),
    }
  })
  return { ...started, runner, state, ended }
}

/** What the runner itself sets, of a run that a person started by hand. */
function runnerVariables(): Record<string, string> {
  runs += 1
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__acme_strongroom',
    GITHUB_ACTOR: 'octocat',
    GITHUB_ACTOR_ID: '583231',
    GITHUB_TRIGGERING_ACTOR: 'octocat',
    GITHUB_API_URL: 'http://127.0.0.1:9',
    GITHUB_EVENT_NAME: 'workflow_dispatch',
    GITHUB_JOB: 'backup',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REF_NAME: 'main',
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_REPOSITORY_ID: '1296269',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: String(runs),
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_SHA: 'a'.repeat(40),
    GITHUB_WORKFLOW: 'database-backup',
  }
}

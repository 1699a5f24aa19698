import type { ChatCommand } from '../../action/domain/request.ts'

/** Roles of the collaborator-permission API, weakest first. */
export const roles = ['read', 'triage', 'write', 'maintain', 'admin'] as const
export type Role = (typeof roles)[number]

/** One argument of a command: a word in its place, or an option `--name value` / `--name=value` / `--name`. */
export interface ArgumentDefinition {
  /** As people type it: "id|latest" or "--mode". */
  readonly usage: string
  /** The Action's input that it becomes; of a command that needs no run, a name of ours. */
  readonly input: string
  readonly kind: 'backup-id' | 'choice' | 'number' | 'flag' | 'request-id' | 'command'
  readonly isRequired?: boolean
  /** The values of a choice, and the words that stand for a backup. */
  readonly choices?: readonly string[]
  /** What stands for the value in usage: "--page N". */
  readonly placeholder?: string
  readonly description: string
}

/** One entry of the registry, from which parser, help, documentation and permissions come. */
export interface CommandDefinition {
  readonly name: ChatCommand
  /** One line for people: what it does. */
  readonly description: string
  readonly arguments: readonly ArgumentDefinition[]
  /** Role that is needed where the policy file says nothing. */
  readonly role: Role
  /** `change`: at most one of them in a comment. A dry run counts as a reading. */
  readonly effect: 'read' | 'change'
  /** The input that makes a reading of a change. */
  readonly readingInput?: string
  /** Whether the requester may do it without that role: `/cancel` of an own request. */
  readonly isForRequester?: boolean
  /** The workflow that carries it out, by its key in the policy file; absent where the bot answers itself. */
  readonly workflow?: 'backup' | 'restore'
  /** Whether a reviewer of the environment must agree. */
  readonly isGated: boolean
  /** The Action's `command`. */
  readonly command?: string
  /** Inputs that every request of this command has. */
  readonly fixedInputs?: Readonly<Record<string, string>>
  readonly examples: readonly string[]
}

/** A command as it was understood. `inputs` has the names of the Action's inputs. */
export interface ParsedCommand {
  readonly kind: 'command'
  readonly name: ChatCommand
  readonly inputs: Readonly<Record<string, string>>
  readonly effect: 'read' | 'change'
  /** Place among the commands of the comment, from 0. */
  readonly index: number
}

/** Something that was meant as a command and is none. Foreign words in it are cut and shown safely later. */
export interface CommandProblem {
  readonly kind: 'problem'
  /** The command it was about, where it is known. */
  readonly name?: ChatCommand
  readonly index: number
  readonly code:
    | 'unknown_command'
    | 'usage'
    | 'hidden_characters'
    | 'only_in_code'
    | 'too_many'
    | 'two_changes'
    | 'too_long'
  /** "Cannot <action>: <what is>, expected <what should be>". May hold foreign words. */
  readonly message: string
  readonly hint?: string
  /** A near miss: the line that was probably meant. Only for people with access. */
  readonly suggestion?: string
}

/** Everything that a comment asks for, in its order; nothing where it asks for nothing. */
export type ParsedComment = readonly (ParsedCommand | CommandProblem)[]

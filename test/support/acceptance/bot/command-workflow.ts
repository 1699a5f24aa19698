const inputs = [
  ...['command', 'type', 'backup-id', 'restore-mode', 'filter-type', 'filter-status', 'page'],
  ...['dry-run', 'request-id', 'issue-number', 'comment-id', 'requested-by', 'requested-by-id'],
]

/** A workflow that takes every input that the bot may send, and does nothing. */
export const commandWorkflow = `
run-name: \${{ inputs.request-id && format('{0} {1}', inputs.command, inputs.request-id) || 'by hand' }}
on:
  workflow_dispatch:
    inputs:
${inputs.map((name) => `      ${name}: { type: string }`).join('\n')}
`

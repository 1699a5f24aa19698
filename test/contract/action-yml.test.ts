import { readFileSync } from 'node:fs'
import { parseAction } from '@actions/workflow-parser/actions/index'
import { NoOperationTraceWriter } from '@actions/workflow-parser/templates/trace-writer'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { describeInput, inputKeys } from '../../action/domain/input-keys.ts'
import { commands } from '../../action/domain/inputs.ts'
import { outputKeys } from '../../action/runner/write-outputs.ts'

const text = readFileSync(new URL('../../action.yml', import.meta.url), 'utf8')

const action = z
  .strictObject({
    name: z.string(),
    description: z.string(),
    author: z.string(),
    branding: z.strictObject({ icon: z.string(), color: z.string() }),
    inputs: z.record(
      z.string(),
      z.strictObject({
        description: z.string().min(20),
        required: z.literal(false),
        default: z.string().optional(),
      }),
    ),
    outputs: z.record(z.string(), z.strictObject({ description: z.string().min(10) })),
    runs: z.strictObject({ using: z.string(), main: z.string(), post: z.string() }),
  })
  .parse(parse(text))

describe('action.yml', () => {
  it('is a valid action by GitHub’s own parser', () => {
    const result = parseAction({ name: 'action.yml', content: text }, new NoOperationTraceWriter())
    expect(result.context.errors.getErrors().map(String)).toEqual([])
  })

  it('declares exactly the inputs of the registry, in its groups', () => {
    expect(Object.keys(action.inputs).toSorted()).toEqual([...inputKeys].toSorted())
  })

  it.each(inputKeys)('gives "%s" the default of the registry', (key) => {
    const { default: fallback, env } = describeInput(key)
    const declared = action.inputs[key]
    if (env === undefined) {
      expect(declared?.default ?? '').toBe(fallback)
      return
    }
    // A default here would be passed on by the runner, and the variable never read.
    expect(declared?.default).toBeUndefined()
    expect(declared?.description).toContain(`\`${env}\` of the environment`)
    expect(declared?.description).toContain(fallback)
  })

  it('names every command', () => {
    for (const command of commands)
      expect(action.inputs['command']?.description).toContain(`\`${command}\``)
  })

  it('declares exactly the outputs that are written', () => {
    expect(Object.keys(action.outputs)).toEqual([...outputKeys])
  })

  it('runs on Node 24, with main and post', () => {
    expect(action.runs).toEqual({
      using: 'node24',
      main: 'dist/main/index.js',
      post: 'dist/post/index.js',
    })
  })

  it('fits what the Marketplace shows', () => {
    expect(action.description.length).toBeLessThanOrEqual(125)
  })
})

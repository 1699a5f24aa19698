import { createHash } from 'node:crypto'
import { notFound, ok, type Route, refuse } from '../route.ts'

const lineLength = 60

export const contentRoutes: readonly Route[] = [
  {
    operationId: 'repos/get-content',
    permission: { name: 'contents', level: 'read' },
    answer({ repository, parameters, query, apiUrl }) {
      const path = parameters['path'] ?? ''
      const { defaultBranch, fullName } = repository
      const ref = query['ref'] ?? defaultBranch
      if (ref !== defaultBranch) return refuse(404, `No commit found for the ref ${ref}`)
      const text = repository.files.get(path)
      if (text === undefined) return notFound()
      const bytes = Buffer.from(text)
      const sha = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
      const url = `${apiUrl}/repos/${fullName}/contents/${path}?ref=${ref}`
      const gitUrl = `${apiUrl}/repos/${fullName}/git/blobs/${sha}`
      const page = `https://github.example/${fullName}/blob/${ref}/${path}`
      return ok({
        type: 'file',
        encoding: 'base64',
        size: bytes.length,
        name: path.split('/').at(-1),
        path,
        // GitHub breaks base64 into lines.
        content: bytes.toString('base64').replace(new RegExp(`.{1,${lineLength}}`, 'g'), '$&\n'),
        sha,
        url,
        git_url: gitUrl,
        html_url: page,
        download_url: `https://raw.example/${fullName}/${ref}/${path}`,
        _links: { git: gitUrl, self: url, html: page },
      })
    },
  },
]

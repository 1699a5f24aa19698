import { appRoutes } from './resources/app-routes.ts'
import { approvalRoutes } from './resources/approvals.ts'
import { commentRoutes } from './resources/comment-routes.ts'
import { contentRoutes } from './resources/contents.ts'
import { dispatchRoutes } from './resources/dispatch.ts'
import { environmentRoutes } from './resources/environments.ts'
import { issueKeepingRoutes } from './resources/issue-keeping.ts'
import { issueRoutes } from './resources/issues.ts'
import { jobRoutes } from './resources/jobs.ts'
import { pendingRoutes } from './resources/pending.ts'
import { permissionRoutes } from './resources/permissions.ts'
import { reactionRoutes } from './resources/reactions.ts'
import { repositoryRoutes } from './resources/repositories.ts'
import { runRoutes } from './resources/run-routes.ts'
import { settingRoutes } from './resources/settings.ts'
import { teamRoutes } from './resources/teams.ts'
import { userRoutes } from './resources/users.ts'
import { workflowRoutes } from './resources/workflows.ts'
import type { Route } from './route.ts'

/** Everything that the fake answers, by GitHub's ids. */
export const routes: ReadonlyMap<string, Route> = new Map(
  [
    ...repositoryRoutes,
    ...environmentRoutes,
    ...settingRoutes,
    ...runRoutes,
    ...approvalRoutes,
    ...workflowRoutes,
    ...dispatchRoutes,
    ...jobRoutes,
    ...pendingRoutes,
    ...issueRoutes,
    ...issueKeepingRoutes,
    ...commentRoutes,
    ...reactionRoutes,
    ...permissionRoutes,
    ...contentRoutes,
    ...teamRoutes,
    ...userRoutes,
    ...appRoutes,
  ].map((route) => [route.operationId, route]),
)

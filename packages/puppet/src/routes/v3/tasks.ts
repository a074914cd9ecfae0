import type { EnvironmentVersion } from "@gatehouse/core/environments";
import type { Reply, RouteRow } from "@gatehouse/http";
import type { PuppetV3Deps } from "../../deps.js";
import { layoutOf } from "../../environment/layout.js";
import { type Plan, plansOf } from "../../environment/plans.js";
import { isServedStatically } from "../../environment/static-files.js";
import { fullName, type Task, type TaskFile, tasksOf } from "../../environment/tasks.js";
import { PlainError } from "../../errors.js";
import { json, plainEnvironmentOf, plainly } from "./plainly.js";

const base = { method: "GET", access: { who: "rules" }, bodyLimit: 0, admission: "content" } as const;

/** What Bolt and consoles ask of tasks and plans (wire/puppet.md section 3.9). */
export function taskRoutes({ environments, content }: PuppetV3Deps): RouteRow[] {
  const one = async <T extends Plan>(
    query: URLSearchParams,
    { module = "", name = "" }: Readonly<Record<string, string>>,
    kind: "task" | "plan",
    list: (version: EnvironmentVersion, reader: typeof content) => Promise<readonly T[]>,
  ) => {
    const version = await plainEnvironmentOf(environments, query);
    const { modules } = await plainly(layoutOf(version, content));
    if (!modules.has(module)) throw new PlainError("not-found", `Could not find module '${module}'`);
    const found = (await list(version, content)).find((each) => each.module === module && each.name === name);
    if (found === undefined) throw new PlainError("not-found", `Could not find ${kind} '${name}'`);
    return { version, found };
  };
  return [
    {
      ...base,
      id: "puppet.v3.tasks",
      pattern: /^\/puppet\/v3\/tasks$/,
      handle: async ({ query }) => {
        const version = await plainEnvironmentOf(environments, query);
        const tasks = (await plainly(tasksOf(version, content))).filter(({ error }) => error === undefined);
        return json(
          200,
          tasks.map((task) => taskSummary(version, task)),
        );
      },
    },
    {
      ...base,
      id: "puppet.v3.task",
      pattern: /^\/puppet\/v3\/tasks\/(?<module>[^/]+)\/(?<name>[^/]+)$/,
      handle: async ({ query, params }) => {
        const { version, found } = await one(query, params, "task", tasksOf);
        return taskDetails(version, found);
      },
    },
    {
      ...base,
      id: "puppet.v3.plans",
      pattern: /^\/puppet\/v3\/plans$/,
      handle: async ({ query }) => {
        const version = await plainEnvironmentOf(environments, query);
        const plans = await plainly(plansOf(version, content));
        return json(
          200,
          plans.map(({ module, name }) => ({ name: fullName(module, name), environment: [placeOf(version)] })),
        );
      },
    },
    {
      ...base,
      id: "puppet.v3.plan",
      pattern: /^\/puppet\/v3\/plans\/(?<module>[^/]+)\/(?<name>[^/]+)$/,
      handle: async ({ query, params }) => {
        const { found } = await one(query, params, "plan", plansOf);
        return json(200, { metadata: {}, name: fullName(found.module, found.name) });
      },
    },
  ];
}

/** As puppetserver lists them, which leaves the code_id to the details. */
const placeOf = ({ name }: EnvironmentVersion) => ({ name, code_id: null });

const taskSummary = (version: EnvironmentVersion, { module, name, metadata }: Task) => ({
  name: fullName(module, name),
  private: metadata["private"] ?? false,
  description: metadata["description"] ?? "",
  environment: [placeOf(version)],
});

function taskDetails(version: EnvironmentVersion, { module, name, metadata, files, error }: Task): Reply {
  if (error !== undefined) return json(500, error);
  return json(200, {
    metadata,
    name: fullName(module, name),
    files: files.map((file) => ({
      filename: file.name,
      sha256: file.file.sha256,
      size_bytes: file.file.size,
      uri: uriOf(version, module, file),
    })),
  });
}

/** By code_id, so that a task stays what it was; where static_file_content does not serve it, from its mount. */
function uriOf(version: EnvironmentVersion, module: string, { name, path }: TaskFile) {
  if (isServedStatically(path))
    return {
      path: `/puppet/v3/static_file_content/${path}`,
      params: { environment: version.name, code_id: version.codeId },
    };
  const [owner, mount, ...rest] = name.includes("/") ? name.split("/") : [module, "tasks", name];
  const key =
    mount === "lib"
      ? `plugins/${rest.join("/")}`
      : `${mount === "files" ? "modules" : mount}/${owner}/${rest.join("/")}`;
  return { path: `/puppet/v3/file_content/${key}`, params: { environment: version.name } };
}

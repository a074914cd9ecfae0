import { GatehouseError } from "@gatehouse/core/errors";
import { sayProblems } from "@gatehouse/core/expression";
import type { ApiDeps } from "../deps.js";
import { done, nothing } from "../operation/answers.js";
import { plainChecker } from "../operation/check.js";
import { operation } from "../operation/operation.js";
import { anything, named, object } from "../operation/schema.js";
import { NODE_PART, nodeOf } from "../resolve.js";

const common = {
  path: "/nodes/{node}/settings/{setting}",
  parts: { node: NODE_PART, setting: "A setting of one of the protocols, such as `dsc.configurations`." },
  role: "operator",
  refusals: [409],
} as const;

export const setNodeSetting = operation({
  ...common,
  id: "api.nodes.setting.set",
  method: "PUT",
  summary: "Give a node a setting by hand",
  body: named("NodeSetting", object({ value: anything() })),
  answers: { 204: nothing("It has the setting.") },
  handle: (deps) => {
    const checkerOf = settingsOf(deps);
    return async ({ path, body, actor }) => {
      const value = checkerOf(path.setting)(body.value);
      await set(deps, path.node, path.setting, value, actor);
      return done;
    };
  },
});

export const removeNodeSetting = operation({
  ...common,
  id: "api.nodes.setting.remove",
  method: "DELETE",
  summary: "Take a setting away that a node was given by hand",
  answers: { 204: nothing("It has no such setting.") },
  handle: (deps) => {
    const checkerOf = settingsOf(deps);
    return async ({ path, actor }) => {
      checkerOf(path.setting);
      await set(deps, path.node, path.setting, undefined, actor);
      return done;
    };
  },
});

function settingsOf({ protocols }: ApiDeps) {
  const checkers = new Map(
    protocols.flatMap(({ nodeSettings, settings }) =>
      Object.entries(nodeSettings).map(([name, schema]) => {
        const fits = plainChecker({ ...schema }, "value");
        const check = settings.find((definition) => definition.name === name)?.check;
        const checked = (said: unknown) => {
          const value = fits(said);
          const problems = check?.(value) ?? [];
          if (problems.length === 0) return value;
          throw new GatehouseError("request-malformed", `The value does not fit. ${sayProblems(problems)}`);
        };
        return [name, checked] as const;
      }),
    ),
  );
  return (setting: string) => {
    const checker = checkers.get(setting);
    if (checker !== undefined) return checker;
    throw new GatehouseError(
      "not-found",
      `There is no setting ${setting}; there is ${[...checkers.keys()].join(", ")}.`,
    );
  };
}

async function set(deps: ApiDeps, reference: string, setting: string, value: unknown, actor: string): Promise<void> {
  const node = await nodeOf(deps, reference);
  if (!(await deps.registry.setSetting(node.id, setting, value)))
    throw new GatehouseError("not-found", "The node was purged in between.");
  await deps.audit.record({
    actor,
    action: value === undefined ? "node.setting.remove" : "node.setting.set",
    subject: node.id,
    detail: { setting, before: node.settings[setting] ?? null, after: value ?? null },
  });
}

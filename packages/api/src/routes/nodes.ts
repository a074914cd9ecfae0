import { GatehouseError } from "@gatehouse/core/errors";
import type { NodeView } from "@gatehouse/core/nodes";
import type { RouteRow } from "@gatehouse/http";
import type { ApiDeps } from "../deps.js";
import { actorOf, bodyParser, integerParameter, JSON_LIMIT, json, noContent, pathPart, valueChecker } from "../json.js";

const parseSetting = bodyParser<{ value: unknown }>({
  type: "object",
  required: ["value"],
  additionalProperties: false,
  properties: { value: {} },
});

/** Nodes: list, show, and the settings that an operator gives one by hand. */
export function nodeRoutes(deps: ApiDeps): RouteRow[] {
  const settings = new Map(
    deps.protocols.flatMap(({ nodeSettings }) =>
      Object.entries(nodeSettings).map(([name, schema]) => [name, valueChecker(schema, "value")] as const),
    ),
  );
  const checkerOf = (setting: string) => {
    const checker = settings.get(setting);
    if (checker === undefined)
      throw new GatehouseError(
        "not-found",
        `There is no setting ${setting}; there is ${[...settings.keys()].join(", ")}.`,
      );
    return checker;
  };
  const one = async (reference: string): Promise<NodeView> => {
    const [node, ...others] = await deps.registry.find(reference);
    if (node === undefined) throw new GatehouseError("not-found", "There is no node with this name, id or alias.");
    if (others.length === 0) return node;
    const ids = [node, ...others]
      .slice(0, 10)
      .map(({ id }) => id)
      .join(", ");
    throw new GatehouseError("conflict", `Several nodes have this name; say which by its id: ${ids}.`);
  };
  const set = async (reference: string, setting: string, value: unknown, actor: string) => {
    const node = await one(reference);
    await deps.registry.setSetting(node.id, setting, value);
    await deps.audit.record({
      actor,
      action: value === undefined ? "node.setting.remove" : "node.setting.set",
      subject: node.id,
      detail: { setting, before: node.settings[setting] ?? null, after: value ?? null },
    });
  };

  return [
    {
      id: "api.nodes.list",
      method: "GET",
      pattern: /^\/api\/v1\/nodes$/,
      access: { who: "operator", role: "viewer" },
      bodyLimit: 0,
      admission: "operator",
      handle: async (request) => {
        const limit = integerParameter(request, "limit", { min: 1, max: 500, otherwise: 100 });
        const after = request.query.get("after");
        return json(200, await deps.registry.list(after === null ? { limit } : { limit, after }));
      },
    },
    {
      id: "api.nodes.show",
      method: "GET",
      pattern: /^\/api\/v1\/nodes\/(?<node>[^/]+)$/,
      access: { who: "operator", role: "viewer" },
      bodyLimit: 0,
      admission: "operator",
      handle: async (request) => json(200, await one(pathPart(request, "node"))),
    },
    {
      id: "api.nodes.setting.set",
      method: "PUT",
      pattern: /^\/api\/v1\/nodes\/(?<node>[^/]+)\/settings\/(?<setting>[^/]+)$/,
      access: { who: "operator", role: "operator" },
      bodyLimit: JSON_LIMIT,
      admission: "operator",
      handle: async (request) => {
        const setting = pathPart(request, "setting");
        const value = checkerOf(setting)(parseSetting(request.body).value);
        await set(pathPart(request, "node"), setting, value, actorOf(request));
        return noContent;
      },
    },
    {
      id: "api.nodes.setting.remove",
      method: "DELETE",
      pattern: /^\/api\/v1\/nodes\/(?<node>[^/]+)\/settings\/(?<setting>[^/]+)$/,
      access: { who: "operator", role: "operator" },
      bodyLimit: 0,
      admission: "operator",
      handle: async (request) => {
        const setting = pathPart(request, "setting");
        checkerOf(setting);
        await set(pathPart(request, "node"), setting, undefined, actorOf(request));
        return noContent;
      },
    },
  ];
}

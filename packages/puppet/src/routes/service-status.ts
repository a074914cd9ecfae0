import type { Reply, RouteRow } from "@gatehouse/http";
import type { PuppetDeps } from "../deps.js";
import { JSON_UTF8, PLAIN_UTF8, PUPPET_VERSION, text } from "../errors.js";

type State = "running" | "stopping" | "error";

/** Services that there are, under puppetserver's names; API v3 is `master` to callers of 7, `server` to those of 8. */
const SERVICES = ["ca", "master", "server", "status-service"] as const;
const LEVELS = ["critical", "info", "debug"] as const;

const NAME = "[A-Za-z0-9._-]{1,64}";
const base = { method: "GET", access: { who: "rules" }, bodyLimit: 0, admission: "platform" } as const;

const utf8 = (status: number, body: string) => text(status, body, PLAIN_UTF8);
const json = (status: number, value: unknown) => text(status, JSON.stringify(value), JSON_UTF8);
const statusOf = (state: State) => (state === "running" ? 200 : 503);

/**
 * What load balancers and `puppetserver ca` ask (wire/puppet.md section 6; p7-06, exchanges 85 to 90). There is one
 * state, that of the gateway, and nothing to be said of its insides.
 */
export function serviceStatusRoutes({ notReady }: Pick<PuppetDeps, "notReady">): RouteRow[] {
  const state = async (): Promise<State> => {
    const reasons = await notReady();
    if (reasons.length === 0) return "running";
    return reasons.includes("stopping") ? "stopping" : "error";
  };
  return [
    {
      ...base,
      id: "puppet.status.simple",
      pattern: /^\/status\/v1\/simple$/,
      handle: async () => simple(await state()),
    },
    {
      ...base,
      id: "puppet.status.simple.service",
      pattern: new RegExp(`^/status/v1/simple/(?<service>${NAME})$`),
      handle: async ({ params }) =>
        isService(params["service"]) ? simple(await state()) : utf8(404, `not found: ${params["service"]}`),
    },
    {
      ...base,
      id: "puppet.status.services",
      pattern: /^\/status\/v1\/services$/,
      handle: async ({ query }) =>
        atLevel(query, async (level) => {
          const now = await state();
          return json(statusOf(now), Object.fromEntries(SERVICES.map((name) => [name, service(now, level)])));
        }),
    },
    {
      ...base,
      id: "puppet.status.services.service",
      pattern: new RegExp(`^/status/v1/services/(?<service>${NAME})$`),
      handle: async ({ params, query }) => {
        const name = params["service"];
        if (!isService(name))
          return json(404, { kind: "service-not-found", msg: `No status information found for service ${name}` });
        return atLevel(query, async (level) => {
          const now = await state();
          return json(statusOf(now), { ...service(now, level), service_name: name });
        });
      },
    },
  ];
}

const simple = (state: State) => utf8(statusOf(state), state);
const isService = (name: string | undefined) => (SERVICES as readonly (string | undefined)[]).includes(name);

function atLevel(query: URLSearchParams, answer: (level: string) => Promise<Reply>): Reply | Promise<Reply> {
  const level = query.get("level") ?? "info";
  if ((LEVELS as readonly string[]).includes(level)) return answer(level);
  return json(400, { kind: "data-invalid", msg: `Invalid level: :${level.slice(0, 100)}` });
}

const service = (state: State, level: string) => ({
  service_version: PUPPET_VERSION,
  service_status_version: 1,
  detail_level: level,
  state,
  status: {},
  active_alerts: [],
});

import type { Contact } from "./wire/contact.js";
import { isObject, type Said } from "./wire/read.js";

/** What is kept of a plugin of the agent's own HTTP server; anything else of it stays unread. */
const KEPT = ["disabled", "port", "url_path", "maxrate", "session_timeout", "forbid_not_trusted"] as const;
const MOST_PLUGINS = 20;
const LONGEST = 100;

/** What is kept of an agent's HTTP server, and the secret that it tells beside it. */
export interface Httpd {
  readonly httpd: object | undefined;
  /** The inventory plugin's, which travels in clear (wire/glpi.md section 3): nobody may see it. */
  readonly token: string | undefined;
}

/** Takes apart what CONTACT says of the agent's HTTP server, by a list of what is no secret. */
export function keepHttpd(message: Contact): Httpd {
  const port = portOf(message["httpd-port"]);
  const plugins = Object.entries(message["httpd-plugins"] ?? {})
    .filter(([name, plugin]) => /^[a-z0-9_-]{1,50}$/i.test(name) && isObject(plugin))
    .slice(0, MOST_PLUGINS)
    .map(([name, plugin]) => [name, kept(plugin as Said)] as const);
  const inventory = message["httpd-plugins"]?.["inventory"];
  const token = isObject(inventory) ? inventory["token"] : undefined;
  return {
    httpd: port === undefined && plugins.length === 0 ? undefined : { port, plugins: Object.fromEntries(plugins) },
    token: typeof token === "string" && token !== "" && token.length <= 4096 ? token : undefined,
  };
}

/** Agents are woken there (reliability, T22); what is no port is none, and no reason to refuse what else is said. */
const portOf = (said: string | undefined): string | undefined =>
  said !== undefined && /^[1-9]\d{0,4}$/.test(said) && Number(said) <= 65_535 ? said : undefined;

const kept = (plugin: Said) =>
  Object.fromEntries(
    KEPT.filter((key) => Object.hasOwn(plugin, key)).flatMap((key) => {
      const value = plugin[key];
      return typeof value === "string" || typeof value === "number" ? [[key, String(value).slice(0, LONGEST)]] : [];
    }),
  );

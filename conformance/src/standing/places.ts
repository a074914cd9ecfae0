import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ROOT, type Service } from "./compose-file.js";

/** What a container has and this machine has not, and what is here in its place. */
export interface Places {
  /** Of a service, or of the one whose network it is in: one of loopback, all its own. */
  address(service: string): string;
  /** A folder of this machine that stands for a volume. */
  volume(name: string): string;
  /** A text of a service, such as a word of its command, with addresses and paths as they are here. */
  put(service: Service, text: string): string;
}

/**
 * Names of services become addresses, folders of containers become folders of this machine; nothing else changes, ports
 * neither.
 * @param folder a temporary one, for what is in no repository
 * @param key file of the instance key
 */
export function newPlaces(services: ReadonlyMap<string, Service>, folder: string, key: string): Places {
  // Two stands may be on one machine.
  const [second = 0, third = 0] = randomBytes(2);
  const addresses = new Map([...services.keys()].map((name, i) => [name, `127.${second}.${third}.${i + 10}`]));
  const addressOf = (name: string) => addresses.get(services.get(name)?.networkOf ?? name) ?? "";
  const named = new Map(addresses);
  for (const { name, aliases } of services.values()) for (const alias of aliases) named.set(alias, addressOf(name));
  const volume = (name: string) => path.join(folder, name);

  /** A service's name before a port, and as a whole item of a list, is its address: but for `own`, which is a word. */
  const withAddresses = (text: string, own?: string): string =>
    text
      .split(",")
      .map((item) => (item === own ? item : (named.get(item) ?? item)))
      .join(",")
      .replace(/(?<![\w.-])[a-z][a-z0-9-]*(?=:\d)/g, (word) => named.get(word) ?? word);

  /** The balancer's configuration names services too, and listens everywhere. */
  const configured = (file: string, service: string): string => {
    const here = volume(`${service}.cfg`);
    const text = readFileSync(file, "utf8").replace(/^(\s*bind ):/gm, `$1${addressOf(service)}:`);
    writeFileSync(here, withAddresses(text));
    return here;
  };

  const placeOf = (source: string, service: string): string => {
    if (source.startsWith("./secrets/")) return key;
    if (!source.startsWith("./")) return volume(source);
    const file = path.join(ROOT, source);
    return source.endsWith(".cfg") ? configured(file, service) : file;
  };

  return {
    address: addressOf,
    volume,
    put: (service, text) => {
      const own = addressOf(service.name);
      const here = withAddresses(text, service.name).replaceAll("0.0.0.0:", `${own}:`).replaceAll("127.0.0.1", own);
      const mounts = service.mounts.map(({ source, target }) => [target, placeOf(source, service.name)] as const);
      // What the images bring along: Dockerfile and deploy/agents/Dockerfile.
      const images = [
        ["/app/", path.join(ROOT, "apps/gatehouse/")],
        ["/opt/agents/", path.join(ROOT, "deploy/agents/")],
      ] as const;
      return [...mounts, ...images].reduce((done, [there, place]) => done.replaceAll(there, place), here);
    },
  };
}

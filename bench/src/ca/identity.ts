import { readFileSync } from "node:fs";
import path from "node:path";
import { openApi } from "../api.js";
import { record } from "../load/record.js";
import type { TlsIdentity } from "../load/types.js";
import type { Gateway } from "../process/gateway.js";
import { caBundle } from "./requests.js";

/** A client with a certificate of the gateway's authority. */
export type Client = Required<TlsIdentity>;

/** Has the gateway make one. @param extensions by Puppet's short names, such as `pp_cli_auth` of an administrator */
export async function newClient(
  gateway: Gateway,
  name: string,
  extensions: Readonly<Record<string, string>> = {},
): Promise<Client> {
  const api = openApi(gateway, 1);
  try {
    const { body } = await api.post<{ certificate: string; key: string }>("/certificates", { name, extensions });
    return { ca: await trustOf(gateway), cert: body.certificate, key: body.key };
  } finally {
    api.close();
  }
}

/** The authority's certificates, the signing one first. */
export async function trustOf({ ready, httpsPort }: Gateway): Promise<string> {
  const { body } = await record(httpsPort, caBundle, "", { ca: readFileSync(ready.ca, "utf8") });
  return body.toString("latin1");
}

/** What the gateway itself speaks TLS with. */
export async function serverIdentity(gateway: Gateway): Promise<Client> {
  const file = (name: string) => readFileSync(path.join(gateway.dataDir, "tls", name), "utf8");
  return { ca: await trustOf(gateway), cert: file("server.crt"), key: file("server.key") };
}

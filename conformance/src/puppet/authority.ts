import { type GatewayProcess, newSite, type Site } from "../gateway.js";
import { send } from "../wire.js";
import type { Server } from "./agent.js";
import type { Administrator } from "./ca-command.js";

/** One line of `gatehouse ca list`. */
export interface Listed {
  readonly name: string;
  readonly state: "requested" | "signed" | "revoked";
  readonly altNames: readonly string[];
  readonly extensions: Readonly<Record<string, string>>;
}

/** A gateway as the cases about its authority need it. All that they expect of the `gatehouse ca` command is here. */
export interface AuthorityHouse {
  readonly site: Site;
  readonly gateway: GatewayProcess;
  readonly server: Server;
  /** Every certificate and request, by name. */
  list(): Promise<Map<string, Listed>>;
  /** `gatehouse ca sign|revoke|clean NAME`. @returns the exit code with what was printed */
  ca(...words: string[]): Promise<{ code: number | null; out: string; err: string }>;
  /** A certificate that may administer over Puppet's own API. */
  administrator(certname: string): Promise<Administrator>;
  /** The text at a path of Puppet's CA API, for who has no certificate. */
  fetch(path: string): Promise<string>;
  close(): Promise<void>;
}

export interface Policy {
  /** Whether requests are signed as they come in. */
  readonly autosign: boolean;
  /** Whether they may ask for other names than their own. */
  readonly altNames?: boolean;
}

/** Agents verify the name that they dial; the gateway's certificate has to have it. */
const HOST = "localhost";

/**
 * Starts a gateway with this policy. It is expected to take
 * - `ca.autosign`: the rules of the autosign policy, as a list (`[]`: nothing is signed without a person),
 * - `ca.allowSubjectAltNames`: a boolean,
 * - `serverNames`: names for the certificate that its own authority issues for it.
 */
export async function startAuthority({ autosign, altNames = false }: Policy): Promise<AuthorityHouse> {
  const site = await newSite();
  const gateway = await site.start({
    env: {
      GATEHOUSE_SERVER_NAMES: HOST,
      GATEHOUSE_CA_AUTOSIGN: JSON.stringify(autosign ? [{ name: "everything", kind: "all" }] : []),
      GATEHOUSE_CA_ALLOW_SUBJECT_ALT_NAMES: String(altNames),
    },
  });
  const ca = (...words: string[]) => site.command("ca", ...words);
  const json = async (...words: string[]) => {
    const { code, out, err } = await site.command("--json", "ca", ...words);
    if (code !== 0) throw new Error(`gatehouse ca ${words.join(" ")} ended with ${code}: ${err}`);
    return JSON.parse(out);
  };
  const fetch = async (path: string) => {
    const { status, body } = await send(gateway.https, { method: "GET", path: `/puppet-ca/v1/${path}` });
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${body}`);
    return body.toString();
  };
  return {
    site,
    gateway,
    server: { host: HOST, port: new URL(gateway.https).port },
    list: async () => {
      const { certificates } = (await json("list", "--all")) as { certificates: Listed[] };
      return new Map(certificates.map((listed) => [listed.name, listed]));
    },
    ca,
    administrator: async (certname) => {
      const { certificate, key } = await json("generate", certname, "--extension", "pp_cli_auth=true");
      const [bundle, crls] = [await fetch("certificate/ca"), await fetch("certificate_revocation_list/ca")];
      return { certname, certificate, key, ca: bundle, crls };
    },
    fetch,
    close: async () => {
      await gateway.stop();
      await site.remove();
    },
  };
}

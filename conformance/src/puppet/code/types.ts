import type { CompileLog } from "@gatehouse/core/catalogs";
import type { Answer, Sent } from "../../wire.js";

/** Whose catalog, and of what. */
export interface Asked {
  readonly certname: string;
  readonly environment: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** The same as the agent writes them, where JSON.stringify would write them otherwise. */
  readonly factsText?: string;
  /** What the node is classified with. */
  readonly classes?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** What a server made of it. */
export interface Answered {
  /** As it is sent; undefined where there is none. */
  readonly catalog: string | undefined;
  /** What agents print. */
  readonly error: string | undefined;
  /** Where it has the environment: paths in its catalogs begin so. */
  readonly folder: string;
  readonly logs: readonly CompileLog[];
}

/** A server that compiles. */
export interface CodeServer {
  /** Takes a folder for an environment, in place of what it had for it. */
  deploy(environment: string, folder: string): Promise<void>;
  /** @throws when the node has no certificate yet */
  catalog(asked: Asked): Promise<Answered>;
  close(): Promise<void>;
}

/** One that is asked over mutual TLS. */
export interface ServedCode extends CodeServer {
  /** A call of who has the certificate of this name. */
  call(certname: string, sent: Sent): Promise<Answer>;
  /** Where it has an environment. */
  folderOf(environment: string): string;
}

/** Where the gateway says that environments are. */
export const SHOWN = "/etc/puppetlabs/code/environments";

/** A node that may call what nodes may not. */
export const SERVICE = "other.example.org";

/** The rule for it, in the form that both servers know. */
export const FOR_SERVICES = {
  name: "services",
  "sort-order": 300,
  "match-request": { path: "^/puppet/(v4/catalog|v3/environment_classes)$", type: "regex", method: ["get", "post"] },
  allow: SERVICE,
};

/** Names in certificates that code sees as `$trusted`. */
export const EXTENSIONS = { pp_role: "web", pp_environment: "test" } as const;

import type { Certificate, CertificateRequest } from "@gatehouse/client";
import { type Command, Option } from "commander";
import { type ProfileFlags, profileOption } from "./ca-options.js";
import { type Listed, listText } from "./ca-text.js";
import { type CommandContext, type Session, sessionOf } from "./context.js";
import { follow } from "./pages.js";

const STATES = ["requested", "signed", "revoked", "interrupted"] as const;

interface Flags extends ProfileFlags {
  readonly all?: boolean;
  readonly state?: (typeof STATES)[number];
}

/** `gatehouse ca list` */
export function listCommand(ca: Command, context: CommandContext): void {
  ca.command("list")
    .description("requests that wait to be signed; with --all, certificates too")
    .argument("[name]", "only what is of this name, certificates too")
    .option("--all", "certificates too: what stands for each name, and interrupted signings")
    .addOption(new Option("--state <state>", "only those in this state").choices(STATES))
    .addOption(profileOption("only those of this profile"))
    .action(async (name: string | undefined, flags: Flags, command: Command) => {
      const session = sessionOf(command, context);
      const certificates = await listed(session, name, flags);
      const isFiltered = [name, flags.state, flags.profile, flags.all].some((given) => given !== undefined);
      session.show({ certificates }, () => listText(certificates, isFiltered));
    });
}

async function listed(session: Session, name: string | undefined, flags: Flags): Promise<Listed[]> {
  const { state, all = name !== undefined, ...profile } = flags;
  const states = state !== undefined ? [state] : all ? STATES : ["requested"];
  const requests = states.includes("requested") ? await requestsOf(session, profile) : [];
  const filter = { ...profile, ...(name === undefined ? {} : { name }) };
  const certificates = await Promise.all([
    // Without a state: what stands for each name, signed or revoked.
    state === undefined && all ? certificatesOf(session, filter) : [],
    state === "signed" || state === "revoked" ? certificatesOf(session, { ...filter, state }) : [],
    states.includes("interrupted") ? certificatesOf(session, { ...filter, state: "interrupted" }) : [],
  ]);
  return [
    ...certificates.flat().map((certificate) => ({
      ...certificate,
      fingerprint: certificate.fingerprints?.sha256 ?? null,
    })),
    ...requests
      .filter((request) => name === undefined || request.name === name)
      .map((request) => ({
        ...request,
        state: "requested" as const,
        fingerprint: request.fingerprints.sha256,
        serial: null,
        notAfter: null,
      })),
  ].toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

async function requestsOf(session: Session, query: ProfileFlags): Promise<CertificateRequest[]> {
  return (await session.ask((api) => api.GET("/certificate-requests", { params: { query } }))).requests;
}

interface Filter extends ProfileFlags {
  readonly name?: string;
  readonly state?: Certificate["state"];
}

async function certificatesOf(session: Session, filter: Filter): Promise<readonly Certificate[]> {
  const page = await follow({ all: true }, async (part) => {
    const query = { ...filter, ...part };
    const { certificates, next } = await session.ask((api) => api.GET("/certificates", { params: { query } }));
    return { items: certificates, next };
  });
  return page.items;
}

import { type KeyObject, X509Certificate } from "node:crypto";
import type https from "node:https";
import type { GatewayProcess } from "../gateway.js";
import { type Answer, send } from "../wire.js";
import { type Asked, csrOf, keyPem, newKey } from "./csr.js";

/** A machine that has a certificate. */
export interface Host {
  readonly name: string;
  readonly key: KeyObject;
  /** PEM. */
  readonly certificate: string;
  readonly serial: string;
}

/** Answers with text, as everything of Puppet's CA API. */
export type TextAnswer = Pick<Answer, "status" | "headers"> & { readonly text: string };

const textOf = ({ status, headers, body }: Answer): TextAnswer => ({ status, headers, text: body.toString() });

/** As the authority writes serials. */
export const serialOf = (certificate: string): string =>
  new X509Certificate(certificate).serialNumber.toUpperCase().replace(/^0+/, "").padStart(4, "0");

/** Sends a request for a certificate. */
export const submit = async ({ https }: GatewayProcess, name: string, csr: string | Buffer): Promise<TextAnswer> =>
  textOf(
    await send(https, {
      method: "PUT",
      path: `/puppet-ca/v1/certificate_request/${name}`,
      headers: { "Content-Type": "text/plain", Accept: "application/json, text/pson" },
      body: csr,
    }),
  );

/** What anybody may fetch below /puppet-ca/v1/. */
export const fetched = async ({ https }: GatewayProcess, target: string): Promise<TextAnswer> =>
  textOf(await send(https, { method: "GET", path: `/puppet-ca/v1/${target}` }));

/** The same, of what has to be there. */
export async function given(gateway: GatewayProcess, target: string): Promise<string> {
  const { status, text } = await fetched(gateway, target);
  if (status !== 200) throw new Error(`GET ${target} answered ${status}: ${text}`);
  return text;
}

/** The chain and the lists, as agents keep them. */
export const trustOf = async (gateway: GatewayProcess) => ({
  bundle: await given(gateway, "certificate/ca"),
  crls: await given(gateway, "certificate_revocation_list/ca"),
});

/** Asks for a certificate that is signed at once. @throws when it is not */
export async function enrol(gateway: GatewayProcess, name: string, parts: Omit<Asked, "names"> = {}): Promise<Host> {
  const key = parts.key ?? newKey();
  const { status, text } = await submit(gateway, name, csrOf(name, { ...parts, key }));
  if (status !== 200) throw new Error(`the request of ${name} was answered with ${status}: ${text}`);
  const certificate = await given(gateway, `certificate/${name}`);
  return { name, key, certificate, serial: serialOf(certificate) };
}

export const shownBy = ({ certificate, key }: Pick<Host, "certificate" | "key">) => ({
  cert: certificate,
  key: keyPem(key),
});

/** A call with a host's certificate. */
export const callAs = async (
  { https }: Pick<GatewayProcess, "https">,
  host: Pick<Host, "certificate" | "key">,
  { method = "GET", path, headers = {}, body }: Partial<Parameters<typeof send>[1]> & { path: string },
  options: https.RequestOptions = {},
): Promise<TextAnswer> =>
  textOf(
    await send(
      https,
      { method, path, headers, ...(body === undefined ? {} : { body }) },
      { ...shownBy(host), ...options },
    ),
  );

/** Any node may ask this, and nobody else. */
export const NODES_ONLY = "/puppet-ca/v1/expirations";

/** The status with which a host is answered what any node may ask; the error's code where the connection is refused. */
export const isNode = (gateway: Pick<GatewayProcess, "https">, host: Pick<Host, "certificate" | "key">) =>
  callAs(gateway, host, { path: NODES_ONLY }).then(
    ({ status }) => status,
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );

/** Asks for a new certificate for the one that it has, as agents from 8 on do. */
export const renew = (gateway: GatewayProcess, host: Pick<Host, "certificate" | "key">): Promise<TextAnswer> =>
  callAs(gateway, host, {
    method: "POST",
    path: "/puppet-ca/v1/certificate_renewal",
    headers: { "Content-Type": "text/plain", Accept: "text/plain" },
    body: "",
  });

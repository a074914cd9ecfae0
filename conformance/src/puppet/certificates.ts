import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import https from "node:https";
import path from "node:path";
import type { Agent, Server } from "./agent.js";
import { run } from "./programs.js";

export const certificateOf = (agent: Agent): X509Certificate => new X509Certificate(agent.read("certificate"));

/** The serial, in upper-case hex. */
export const serialOf = (agent: Agent): string => certificateOf(agent).serialNumber;

/** What OpenSSL says of a certificate file. */
export const printed = async (file: string): Promise<string> =>
  (await run("openssl", ["x509", "-in", file, "-noout", "-text"], path.dirname(file))).out;

/** Whether OpenSSL verifies an agent's certificate against its own copies of the chain and of every list. */
export async function verifies(agent: Agent): Promise<string> {
  const { ca, crl, certificate } = agent.files;
  const { out } = await run(
    "openssl",
    ["verify", "-CAfile", ca, "-CRLfile", crl, "-crl_check_all", certificate],
    agent.folder,
  );
  return out.trim();
}

/** The revoked serials of the first list in a bundle. */
export async function revokedSerials(bundle: string, folder: string): Promise<string[]> {
  const file = path.join(folder, "fetched-crl.pem");
  writeFileSync(file, bundle);
  const { out } = await run("openssl", ["crl", "-in", file, "-noout", "-text"], folder);
  return [...out.matchAll(/Serial Number: ([0-9A-F]+)/g)].map(([, serial]) => serial ?? "");
}

/** The status of a GET over a connection on which an agent's certificate is shown; the error's code where there is none. */
export function getAs(agent: Agent, { host, port }: Server, target: string): Promise<number | string> {
  const { certificate: cert, key, ca } = agent.files;
  const [certText, keyText, caText] = [cert, key, ca].map((file) => readFileSync(file, "utf8")) as [
    string,
    string,
    string,
  ];
  return new Promise((resolve) => {
    const options = { host, port, path: target, cert: certText, key: keyText, ca: caText, agent: false };
    https
      .get(options, (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode ?? 0));
      })
      .on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

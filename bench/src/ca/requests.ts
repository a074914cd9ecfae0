import type { RequestShape } from "../load/types.js";
import type { Csr } from "./csr.js";

/** As agents write them. */
const HEADERS = {
  Accept: "text/plain",
  "Accept-Encoding": "gzip;q=1.0,deflate;q=0.6,identity;q=0.3",
  "User-Agent": "Puppet/7.34.0 Ruby/2.7.8-p225 (x86_64-linux)",
  "X-Puppet-Version": "7.34.0",
};
const CA = "/puppet-ca/v1";

const get = (path: string): RequestShape => ({ method: "GET", path: CA + path, headers: HEADERS, body: "" });

/** The authority's certificates. */
export const caBundle = get("/certificate/ca");
/** Its revocation lists. */
export const revocationLists = get("/certificate_revocation_list/ca");

/** A request as it goes on the wire. */
function wire(method: "GET" | "PUT", path: string, more: Readonly<Record<string, string>> = {}, body = ""): string {
  const length = method === "PUT" ? { "Content-Length": String(Buffer.byteLength(body)) } : {};
  const fields = Object.entries({ Host: "gateway.example", ...HEADERS, ...more, ...length });
  return `${method} ${CA}${path} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;
}

export const putRequest = ({ name, pem }: Csr): string =>
  wire("PUT", `/certificate_request/${name}`, { "Content-Type": "text/plain" }, pem);
export const getCertificate = (name: string): string => wire("GET", `/certificate/${name}`);
export const getCaBundle = wire("GET", "/certificate/ca");
export const getRevocationLists = wire("GET", "/certificate_revocation_list/ca");
export const putRevoked = (name: string): string =>
  wire(
    "PUT",
    `/certificate_status/${name}`,
    { "Content-Type": "application/json", Accept: "application/json, text/pson" },
    JSON.stringify({ desired_state: "revoked" }),
  );

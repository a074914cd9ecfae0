import http from "node:http";
import type { AddressInfo } from "node:net";
import { answerChecker, apiDocument } from "@gatehouse/api/testing";
import { expect, onTestFinished } from "vitest";
import { run } from "./program.js";

export const AT = "2026-03-01T10:00:00.000Z";
const fingerprints = { sha1: "01", sha256: "AB:CD", sha512: "05" };

export const aCertificate = (said: object = {}) => ({
  serial: "000A",
  name: "web01",
  profile: "puppet",
  state: "signed",
  fingerprints,
  notBefore: AT,
  notAfter: "2031-03-01T10:00:00.000Z",
  altNames: ["DNS:web01", "DNS:www"],
  extensions: { pp_role: "web", pp_cli_auth: "true" },
  issuedBy: "ada",
  issuedAt: AT,
  revokedAt: null,
  revokedBy: null,
  cleaned: false,
  ...said,
});

export const aRequest = (said: object = {}) => ({
  name: "web02",
  profile: "puppet",
  fingerprints,
  altNames: [],
  extensions: { pp_role: "web" },
  receivedAt: AT,
  from: "192.0.2.1",
  note: null,
  ...said,
});

export const aProblem = (status: number, code: string, title: string) => ({ status, code, title, requestId: "r-1" });

const check = answerChecker(apiDocument());
type Answer = string | object | undefined;

/** What answers 201. */
const MADE = [
  ...[
    "certificates",
    "apply/files",
    "apply/small-files",
    "enrolment/tokens",
    "enrolment/logins",
    "job-orders",
    "recordings",
  ],
].map((made) => `POST /${made}`);

/** What the API answers such a thing as. */
function formOf(answer: Answer, call: string): { status: number; contentType: string | undefined } {
  if (answer === undefined) return { status: 204, contentType: undefined };
  if (typeof answer === "string") return { status: 200, contentType: "application/x-pem-file" };
  if ("requestId" in answer && "status" in answer)
    return { status: Number(answer.status), contentType: "application/problem+json" };
  return { status: MADE.includes(call) ? 201 : 200, contentType: "application/json" };
}

/**
 * A gateway that gives these answers by `METHOD /path`, without queries, each held against the API's document; where an
 * answer is a function it is told what was asked.
 */
export async function gatewayOf(
  answers: Readonly<Record<string, Answer | ((target: string, body: unknown) => Answer)>>,
) {
  const asked: [call: string, body?: unknown][] = [];
  const wrong: string[] = [];
  const server = http.createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    const [method = "", target = ""] = [req.method, req.url?.replace("/api/v1", "")];
    asked.push(body === undefined ? [`${method} ${target}`] : [`${method} ${target}`, body]);
    const given = answers[`${method} ${target.replace(/\?.*/, "")}`];
    const answer = typeof given === "function" ? given(target, body) : given;
    const { status, contentType } = formOf(answer, `${method} ${target}`);
    const said = typeof answer === "string" ? answer : (JSON.stringify(answer) ?? "");
    const fault = check({ method, target: `/api/v1${target}`, status, contentType, text: said });
    if (fault !== undefined) wrong.push(fault);
    res.writeHead(status, contentType === undefined ? {} : { "Content-Type": contentType }).end(said);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => {
    server.close().closeAllConnections();
    expect(wrong).toEqual([]);
  });

  /** Runs `gatehouse …` on it. */
  const gatehouse = async (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    let [out, err] = ["", ""];
    const code = await run(args, {
      env: { GATEHOUSE_URL: url, GATEHOUSE_TOKEN: "t", ...env },
      out: (text) => {
        out += text;
      },
      warn: (text) => {
        err += text;
      },
    });
    return { code, out, err, json: args.includes("--json") && out !== "" ? JSON.parse(out) : undefined };
  };
  /** Runs `gatehouse ca …` on it. */
  const ca = (...args: string[]) =>
    gatehouse([...args.filter((arg) => arg === "--json"), "ca", ...args.filter((arg) => arg !== "--json")]);
  return { ca, gatehouse, asked };
}

import { randomUUID } from "node:crypto";
import { agentId } from "./agent-id.js";
import { readBodies } from "./bodies.js";
import type { LoadPlan, RequestShape } from "./types.js";

/** A prime: consecutive requests are of agents whose rows do not lie side by side. */
const STRIDE = 7919;
const PLACEHOLDER = /\{(agent|job|JOB)\}/;
let turn = 0;

type Values = Readonly<Record<string, string>>;

/** Splits a text at its placeholders once, so that filling them in costs no search. */
function template(text: string): (values: Values) => string {
  const [first = "", ...rest] = text.split(PLACEHOLDER);
  const slots = Array.from({ length: rest.length / 2 }, (_, i) => [rest[2 * i] ?? "", rest[2 * i + 1] ?? ""] as const);
  return (values) => slots.reduce((filled, [name, after]) => filled + values[name] + after, first);
}

function valuesFor(agent: string): Values {
  const job = randomUUID();
  return { agent, job, JOB: job.toUpperCase() };
}

/** One request of one agent. */
export function requestOf(shape: RequestShape, agent: string): RequestShape {
  const values = valuesFor(agent);
  return { ...shape, path: template(shape.path)(values), body: template(shape.body)(values) };
}

/** Makes the requests of a round as they go on the wire. @returns the next one of a connection */
export function requestMaker(plan: LoadPlan): (connection: number) => string | Buffer {
  return plan.request.bodies === undefined ? textMaker(plan) : binaryMaker(plan, plan.request.bodies);
}

/** Each agent once and again, in the order of their bodies. */
function binaryMaker({ request: { method, path, headers }, agents, spread }: LoadPlan, file: string) {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = template(`${method} ${path} HTTP/1.1\r\nHost: gateway.example\r\n${fields.join("")}`);
  const bodies = readBodies(file);
  let next = 0;
  return (connection: number): Buffer => {
    const place = (spread === "own" ? connection : next++) % agents;
    const body = bodies(place);
    const before = `${head({ agent: agentId(place) })}Content-Length: ${body.length}\r\n\r\n`;
    return Buffer.concat([Buffer.from(before, "latin1"), body]);
  };
}

function textMaker({ request, agents, spread }: LoadPlan): (connection: number) => string {
  const { method, path, headers, body } = request;
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  // All values of a placeholder have one length.
  const bytes = Buffer.byteLength(template(body)(valuesFor(agentId(0))));
  const length = method !== "GET" ? `Content-Length: ${bytes}\r\n` : "";
  const fill = template(
    `${method} ${path} HTTP/1.1\r\nHost: gateway.example\r\n${fields.join("")}${length}\r\n${body}`,
  );
  const needsJob = /\{job\}/i.test(path + body);
  const values = Array.from({ length: agents }, (_, i): Values => ({ agent: agentId(i) }));
  return (connection) => {
    turn += STRIDE;
    const own = values[(spread === "own" ? connection : turn) % agents] ?? {};
    return fill(needsJob ? valuesFor(own["agent"] ?? "") : own);
  };
}

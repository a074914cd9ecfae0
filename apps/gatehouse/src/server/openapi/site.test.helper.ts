import { apiDocument, documented, operationsOf } from "@gatehouse/api/testing";
import { createSubmissions } from "@gatehouse/store";
import { beforeAll, expect } from "vitest";
import { type Answer, enrol, type House, useGateway } from "../gateway.test.helper.js";

/** A gateway whose every answer is held against the API's document, with one node that has reported nothing yet. */
export interface DocumentedSite {
  readonly house: House;
  /** Known once the tests run. */
  readonly agentId: string;
  readonly nodeId: string;
  /** The operations that succeeded, by id. */
  readonly succeeded: ReadonlySet<string>;
  admin(method: string, below: string, body?: unknown): Promise<Answer>;
  handIn(body: string): Promise<void>;
  /** Until what was handed in is processed. */
  settled(): Promise<void>;
}

export function useDocumentedSite(): DocumentedSite {
  const house = useGateway();
  house.call = documented(house.call);
  const known = { agentId: "", nodeId: "" };
  beforeAll(async () => {
    Object.assign(known, await enrol(house, "6D1FA4F7-0000-4000-8000-00000000000A", "web-1"));
  });
  const succeeded = new Set<string>();
  const patterns = operationsOf(apiDocument()).map(({ id, method, path }) => ({
    id,
    method,
    pattern: new RegExp(`^/api/v1${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
  }));
  const submissions = () => createSubmissions(house.db, house.gateway.work.wake);
  return {
    house,
    succeeded,
    get agentId() {
      return known.agentId;
    },
    get nodeId() {
      return known.nodeId;
    },
    async admin(method, below, body) {
      const target = `/api/v1${below}`;
      const said = body === undefined ? {} : { body };
      const answer = await house.call(method, target, { token: house.tokens.admin, ...said });
      const path = target.replace(/\?.*/, "");
      const found = patterns.find((each) => each.method === method && each.pattern.test(path));
      if (answer.status < 300 && found !== undefined) succeeded.add(found.id);
      return answer;
    },
    handIn: (body) => submissions().accept({ agentId: known.agentId, kind: "dsc.report", body: Buffer.from(body) }),
    async settled() {
      expect(await submissions().settled(known.agentId, 30_000)).toBe(true);
    },
  };
}

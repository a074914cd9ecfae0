import { beforeEach, expect } from "vitest";
import { useGateway } from "../gateway.test.helper.js";
import { applying, emptyOfDocuments } from "./apply.test.helper.js";

/** A gateway on which documents are applied, empty of them before each test; and what its tests ask of it. */
export function kindsHouse() {
  const house = useGateway({
    env: {
      GATEHOUSE_CA_AUTOSIGN: JSON.stringify([{ name: "of-the-file", kind: "all" }]),
      GATEHOUSE_PUPPET_AUTHORIZATION_RULES: JSON.stringify([
        { name: "of the file", "sort-order": 450, "match-request": { path: "/x", type: "path" }, allow: "*" },
      ]),
    },
  });
  const { call, apply, done } = applying(house);
  const tokenSecret = (n: number) => ({ secrets: { "env:T": `the-token-number-${n}-0123456789` } });
  /** Of the only update. */
  const fieldsOf = async (document: object, said = {}) => {
    const { json, text } = await apply([document], said);
    const updates = json.changes.filter(({ action }: { action: string }) => action === "update");
    expect(updates, text).toHaveLength(1);
    return updates[0].fields;
  };
  const refusedAt = async (documents: object[], said = {}) => {
    const { status, json } = await apply(documents, said);
    expect(status).toBeGreaterThanOrEqual(400);
    return json.errors.map(({ pointer, detail }: Record<string, string>) => `${pointer}: ${detail}`);
  };

  beforeEach(() => emptyOfDocuments(house));
  return { house, call, apply, done, tokenSecret, fieldsOf, refusedAt };
}

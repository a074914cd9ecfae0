import { describe, expect, it } from "vitest";
import { useGateway } from "../gateway.test.helper.js";
import { applying } from "./apply.test.helper.js";

const house = useGateway();
const { apply, call, dump } = applying(house);

const SECRETS = {
  "env:KEY": "the-fleet-key-0123456789",
  "file:secrets/token": "the-token-of-ci-0123456789",
  "env:ESX": "the-password-of-esx-0123456789",
  "env:JOIN": "the-autosign-secret-0123456789",
  "env:LOGIN": "the-password-of-agents-0123456789",
};
const DOCUMENTS = [
  { kind: "EnrolmentKey", name: "fleet", spec: { protocol: "dsc", key: { env: "KEY" } } },
  { kind: "ApiToken", name: "ci", spec: { role: "viewer", secret: { file: "secrets/token" } } },
  { kind: "Credential", name: "esx", spec: { kind: "password", username: "root", secret: { env: "ESX" } } },
  { kind: "AutosignRule", name: "join", spec: { kind: "token", secret: { env: "JOIN" } } },
  { kind: "AgentLogin", name: "fleet", spec: { kind: "basic", secret: { env: "LOGIN" } } },
];

describe("secrets", () => {
  it("work, and are in no answer, no log, no error, and not in the clear in the database", async () => {
    const answers: string[] = [];
    const note = async (answer: Promise<{ text: string; status: number }>, status: number) => {
      const { text, status: is } = await answer;
      answers.push(text);
      expect(is, text).toBe(status);
    };
    const changed = Object.fromEntries(Object.entries(SECRETS).map(([name, text]) => [name, `${text}-changed`]));
    await note(apply(DOCUMENTS, { secrets: SECRETS }), 200);
    await note(apply(DOCUMENTS, { secrets: SECRETS }), 200);
    await note(apply(DOCUMENTS, { secrets: changed, dryRun: true }), 200);
    await note(apply(DOCUMENTS, { secrets: changed }), 200);
    // In the wrong place.
    for (const [i, { spec, ...document }] of DOCUMENTS.entries()) {
      const text = Object.values(SECRETS)[i];
      const key = i === 0 ? "key" : "secret";
      for (const wrong of [text, { text }, { env: text, file: text }, [text]])
        await note(apply([{ ...document, spec: { ...spec, [key]: wrong } }], { secrets: SECRETS }), 400);
    }
    // Secrets that cannot be used.
    const broken = Object.fromEntries(Object.entries(SECRETS).map(([name, text]) => [name, `${text}\n\u0007`]));
    await note(apply(DOCUMENTS, { secrets: broken }), 400);
    await note(apply([{ ...DOCUMENTS[0], name: "same" }], { secrets: changed }), 409);
    await note(call("GET", "/audit-events?action=apply."), 200);
    await note(call("GET", "/autosign-rules"), 200);

    expect((await house.call("GET", "/api/v1/nodes", { token: changed["file:secrets/token"] as string })).status).toBe(
      200,
    );
    expect((await house.call("GET", "/api/v1/nodes", { token: SECRETS["file:secrets/token"] })).status).toBe(401);
    const everything = [JSON.stringify(house.lines), ...answers, ...(await dump()).values()];
    expect(everything.join()).toContain("EnrolmentKey/fleet");
    for (const secret of Object.values(SECRETS))
      for (const text of everything) expect(text.includes(secret), secret).toBe(false);
    expect(answers[1]).toContain('"unchanged":5');
    expect(JSON.parse(answers[3] ?? "").changes.flatMap(({ fields }: { fields: object[] }) => fields)).toEqual(
      ["key", "secret", "secret", "secret", "secret"].map((field) => ({ field, secret: true })),
    );
  });

  it("that the request does not hold are asked for by name", async () => {
    const { status, json } = await apply(DOCUMENTS.slice(0, 2), { secrets: {} });
    expect([status, json.errors]).toEqual([
      400,
      [
        { pointer: "/documents/0/spec/key", detail: "The request holds no secret env:KEY." },
        { pointer: "/documents/1/spec/secret", detail: "The request holds no secret file:secrets/token." },
      ],
    ]);
  });
});

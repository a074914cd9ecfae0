import { describe, expect, it } from "vitest";
import { toEnrolment } from "./mapping.js";
import { parseDscAction, parseRegistration } from "./wire/parse.js";

const registration = (agent: object, names: string[] = []) =>
  Buffer.from(JSON.stringify({ AgentInformation: agent, RegistrationInformation: {}, ConfigurationNames: names }));
const refused = expect.objectContaining({ code: "request-malformed" });

describe("what an agent writes", () => {
  it("has no names that are longer than a name", () => {
    expect(() => parseRegistration(registration({ NodeName: "語".repeat(256) }))).toThrow(refused);
    expect(() => parseRegistration(registration({}, ["İ".repeat(256)]))).toThrow(refused);
    expect(() =>
      parseDscAction(Buffer.from(JSON.stringify({ ClientStatus: [{ ConfigurationName: "Ж".repeat(256) }] }))),
    ).toThrow(refused);
  });

  it("is kept as far as the protocol knows it", () => {
    const deep = JSON.parse(`${'{"a":'.repeat(4000)}1${"}".repeat(4000)}`);
    const body = parseRegistration(registration({ NodeName: "n", Unknown: deep }));
    expect(toEnrolment("A", body, "k").detail).toEqual({
      agentInformation: { LCMVersion: undefined, NodeName: "n", IPAddress: undefined },
      certificateInformation: null,
      messageType: null,
    });
  });
});

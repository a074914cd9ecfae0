import type { AgentProof } from "@gatehouse/core/nodes";
import { enrolmentOf } from "@gatehouse/inventory";
import { describe, expect, it } from "vitest";
import { type Sent, world } from "../dialect.test.helper.js";

const DEVICE = "web01-2024-02-29-12-00-00";
const ASK = `action=wait&machineid=${DEVICE}`;
const key = (agent: string): AgentProof => ({ trust: "key", way: "basic", by: "paris", agent });

/** A dialect that knows one agent. */
function place(deps: Parameters<typeof world>[0] = {}) {
  const held: { agentId: string; hasWork: boolean }[] = [];
  const hold = ({ agentId, hasWork }: { agentId: string; hasWork: boolean }) => {
    held.push({ agentId, hasWork });
    return { status: 200, body: { hold: () => () => undefined } };
  };
  const made = world({ waits: { hold }, ...deps });
  made.enrol(enrolmentOf({ deviceId: DEVICE }));
  /** `wait`: it waits; else the error's status and message. */
  const ask = async (sent: Sent) => {
    const message = await made.messageOf(sent);
    try {
      const answer = await made.dialect.answer(message);
      return answer !== undefined && "ready" in answer ? "wait" : "another answer";
    } catch (thrown) {
      const rendered = made.dialect.renderError(thrown as never, message, message.body);
      return [rendered?.status, JSON.parse(rendered?.text ?? "").status];
    }
  };
  return { ...made, held, ask };
}

describe("who asks to wait", () => {
  it("waits, and was seen", async () => {
    const { ask, held, touched } = place();
    expect(await ask({ query: ASK })).toBe("wait");
    expect(held).toEqual([{ agentId: "agent-0", hasWork: false }]);
    expect(touched).toEqual(["agent-0"]);
  });

  it("is known in any case of its name", async () => {
    const { ask, held } = place();
    expect(await ask({ query: `action=wait&machineid=${DEVICE.toUpperCase()}` })).toBe("wait");
    expect(held).toHaveLength(1);
  });

  it.each([
    ["nobody knows", `action=wait&machineid=other`, [404, "error"]],
    ["names nobody", "action=wait", [400, "error"]],
    ["names nothing", "action=wait&machineid=%20%00", [400, "error"]],
    ["has a name without end", `action=wait&machineid=${"x".repeat(256)}`, [400, "error"]],
    ["is called __proto__", "action=wait&machineid=__proto__", [404, "error"]],
    ["is half of a pair", "action=wait&machineid=%ED%A0%80", [404, "error"]],
  ])("and %s does not", async (_, query, expected) => {
    const { ask, held, enrolments, touched } = place();
    const before = enrolments.length;
    expect(await ask({ query })).toEqual(expected);
    expect([held, touched, enrolments.length]).toEqual([[], [], before]);
  });

  it("asks with GET", async () => {
    const { ask, held } = place();
    expect(await ask({ query: ASK, method: "POST" })).toEqual([405, "error"]);
    expect(held).toEqual([]);
  });

  it("proves itself where it has to, and not as another", async () => {
    const { ask, held } = place({ access: () => ({ unproven: "refuse", atLeast: "allow" }) });
    expect(await ask({ query: ASK })).toEqual([401, "error"]);
    expect(await ask({ query: "action=wait&machineid=other" })).toEqual([401, "error"]);
    expect(await ask({ query: ASK, proof: key("another") })).toEqual([403, "error"]);
    expect(held).toEqual([]);
    expect(await ask({ query: ASK, proof: key(DEVICE) })).toBe("wait");
  });

  it("and proved itself has to do so from then on", async () => {
    const { ask, agents } = place();
    expect(await ask({ query: ASK, proof: key(DEVICE) })).toBe("wait");
    expect(agents[0]?.trust).toBe("key");
    expect(await ask({ query: ASK })).toEqual([401, "error"]);
  });

  it("waits for an operator first, in quarantine; and not at all when it is out of service", async () => {
    const { ask, setState, held } = place({ access: () => ({ unproven: "quarantine", atLeast: "allow" }) });
    setState(0, "quarantined");
    expect(await ask({ query: ASK })).toEqual([403, "error"]);
    setState(0, "deactivated");
    expect(await ask({ query: ASK })).toEqual([403, "error"]);
    expect(held).toEqual([]);
  });
});

import type { Alias, Enrolment, EnrolmentResult, KnownAgent } from "@gatehouse/core/nodes";
import type { PuppetV3Deps } from "./deps.js";

/** A registry of Puppet agents in memory, each on a node of its own; it notes what it was asked. */
export class FakeRegistry implements Pick<PuppetV3Deps["registry"], keyof PuppetV3Deps["registry"]> {
  readonly agents = new Map<string, KnownAgent>();
  readonly enrolments: Enrolment[] = [];
  readonly calls: string[] = [];

  async recentAgent({ family, kind, value }: Alias): Promise<KnownAgent | undefined> {
    this.calls.push(`recentAgent ${family} ${kind} ${value}`);
    return this.agents.get(value);
  }

  async findAgent({ value }: Alias): Promise<KnownAgent | undefined> {
    return this.agents.get(value);
  }

  async enrol(enrolment: Enrolment): Promise<EnrolmentResult> {
    const { value } = enrolment.alias;
    this.calls.push(`enrol ${value}`);
    this.enrolments.push(enrolment);
    const before = this.agents.get(value);
    const ids = { agentId: `agent of ${value}`, nodeId: `node of ${value}` };
    const attributes = enrolment.merge(before?.attributes ?? {});
    this.agents.set(value, {
      ...ids,
      settings: {},
      state: "active",
      trust: "certificate",
      revision: 1,
      groupsRevision: 1,
      hasWork: false,
      ...before,
      attributes,
    });
    return { ...ids, created: before === undefined };
  }

  touch(agentId: string): void {
    this.calls.push(`touch ${agentId}`);
  }
}

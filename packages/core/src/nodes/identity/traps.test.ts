import { describe, expect, it } from "vitest";
import { decideAmong, newcomer, nodeWith } from "./identity.test.helper.js";
import type { Candidate, Newcomer } from "./types.js";

const UUID = "4c4c4544-0042-3510-8054-b7c04f4e3332";
/** The same machine's, with the bytes of the first three fields the other way round. */
const UUID_SWAPPED = "44454C4C-4200-1035-8054-B7C04F4E3332";
const OTHER_UUID = "564d1ecf-92a1-cd38-cd54-7c0a8fcdf5b8";
const MAC = "3c:ec:ef:12:34:56";

const web = nodeWith("web01", [{ family: "puppet", said: ["name web01.example.org*", "address 10.0.0.5!"] }]);
const lcm = nodeWith("WEB01", [{ family: "dsc", said: ["name WEB01", "address 10.0.0.5", "address 10.0.0.5!"] }]);
const laptop = (name: string, ...words: string[]) =>
  nodeWith(name, [{ family: "inventory", said: [`name ${name}`, ...words] }]);

/** What is expected: `join NAME SCORE`, `new`, or `new` with the conflicts as `KIND NAME`. */
type Row = readonly [title: string, who: Newcomer, nodes: readonly Candidate[], expected: string, why: string];

const rows: readonly Row[] = [
  // One machine, several agents.
  [
    "DSC beside Puppet: host's name, and the address from which both call",
    newcomer("dsc", ["name WEB01", "address 10.0.0.5", "address 10.0.0.5!"]),
    [web],
    "join web01 70",
    "a name and an address that nobody could have copied",
  ],
  [
    "Puppet beside DSC: the other order is the same",
    newcomer("puppet", ["name web01.example.org*", "address 10.0.0.5!"]),
    [lcm],
    "join WEB01 70",
    "order does not matter",
  ],
  [
    "DSC cuts names off after 15 characters (NetBIOS)",
    newcomer("dsc", ["name BERLIN-DATABASE", "address 10.0.0.7!"]),
    [nodeWith("db", [{ family: "puppet", said: ["name berlin-database-01.example.org*", "address 10.0.0.7!"] }])],
    "join db 70",
    "the beginning is all that a DSC agent can say",
  ],
  [
    "the same whole name, and the address",
    newcomer("inventory", ["name web01.example.org", "address 10.0.0.5!"]),
    [web],
    "join web01 80",
    "a whole name is worth more than a host's",
  ],
  [
    "an inventory agent with a certificate, by what firmware says",
    newcomer("inventory", [`uuid ${UUID}`, "name web01"], "certificate"),
    [nodeWith("web01", [{ family: "puppet", said: ["name web01.example.org*", `uuid ${UUID}*`] }])],
    "join web01 90",
    "what has a certificate is believed like what we saw",
  ],
  [
    "one that is to be looked at, with all that would have let it join",
    { ...newcomer("dsc", ["name WEB01", "address 10.0.0.5", "address 10.0.0.5!"]), quarantined: true },
    [web],
    "new, unproven web01",
    "a person is asked, and it waits for that on a node of its own",
  ],
  [
    "one beside a node that is to be looked at itself",
    newcomer("dsc", ["name WEB01", "address 10.0.0.5", "address 10.0.0.5!"]),
    [{ ...web, state: "quarantined" }],
    "new, unproven web01",
    "who joined it would vouch for it",
  ],
  [
    "somebody in quarantine looks like both of them",
    newcomer("dsc", ["name WEB01", "address 10.0.0.5", "address 10.0.0.5!"]),
    [
      web,
      {
        ...nodeWith("copy", [{ family: "inventory", said: ["name web01", "address 10.0.0.5!"] }]),
        state: "quarantined",
      },
    ],
    "join web01 70",
    "nobody keeps an agent from its node by saying the same",
  ],
  [
    "firmware says the UUID in the other byte order (SMBIOS before 2.6)",
    newcomer("inventory", [`uuid ${UUID_SWAPPED}`, "name web01"], "certificate"),
    [nodeWith("web01", [{ family: "puppet", said: ["name web01.example.org*", `uuid ${UUID}*`] }])],
    "join web01 90",
    "both forms are one",
  ],
  [
    "a machine that was renamed: board and card are the same",
    newcomer("inventory", ["name new", "serial CN7079209", `mac ${MAC}`], "certificate"),
    [nodeWith("old", [{ family: "puppet", said: ["name old*", "serial CN7079209*", `mac ${MAC}`] }])],
    "join old 70",
    "a name is no identity",
  ],

  // Weaker trust (T5, glpi#12706).
  [
    "T5: somebody with a shared key copies a victim's name and serial",
    newcomer("inventory", ["name web01", "serial VICTIM-77"]),
    [nodeWith("web01", [{ family: "puppet", said: ["name web01.example.org*", "serial VICTIM-77*"] }])],
    "new, unproven web01",
    "all of it could have been copied",
  ],
  [
    "T5: and the addresses too",
    newcomer("dsc", ["name WEB01", "address 10.0.0.5", "address 10.9.9.9!"]),
    [web],
    "new, unproven web01",
    "an address counts as sure from where the call came, not from what was said",
  ],
  [
    "T5: the trap is laid before its victim comes",
    newcomer("puppet", ["name web01.example.org*", "address 10.0.0.5!"]),
    [nodeWith("trap", [{ family: "dsc", said: ["name WEB01", "address 10.0.0.5", "address 10.9.9.9!"] }])],
    "new, unproven trap",
    "a stronger one is not drawn onto a node by what that node's agent just said",
  ],
  [
    "T5: two that have only keys",
    newcomer("inventory", ["name WEB01", "address 10.0.0.5", "serial X1234567"]),
    [lcm],
    "new, unproven WEB01",
    "a key that many share vouches for no name",
  ],
  [
    "T5: without any trust, as a host that was collected (OCS UnixAgent#192)",
    newcomer(null, ["name web01", `uuid ${UUID}`], "anonymous"),
    [nodeWith("web01", [{ family: "puppet", said: ["name web01.example.org*", `uuid ${UUID}*`] }])],
    "new, unproven web01",
    "nobody vouches for who collected it",
  ],
  [
    "T5: with a login that many share, as a host that was collected, of a machine whose agent has one of its own",
    newcomer(null, ["name web01", `uuid ${UUID}`], "key"),
    [nodeWith("web01", [{ family: "inventory", trust: "secret", said: ["name web01", `uuid ${UUID}`] }])],
    "new, unproven web01",
    "who proved less says nothing beside who proved more",
  ],
  [
    "a host is collected by one that proves as much as its own agent",
    newcomer(null, ["name web01", `uuid ${UUID}`], "secret"),
    [nodeWith("web01", [{ family: "inventory", trust: "secret", said: ["name web01", `uuid ${UUID}`] }])],
    "join web01 90",
    "both vouch for themselves alike",
  ],

  // Clones.
  [
    "clones of one image have the same UUID and serial (FI #2163, #2364)",
    newcomer("inventory", ["name clone02", `uuid ${UUID}`, "serial CN7079209", "address 10.0.0.9!"]),
    [laptop("clone01", `uuid ${UUID}`, "serial CN7079209", "address 10.0.0.8!")],
    "new, clone clone01",
    "two agents of one family alive are two machines",
  ],
  [
    "one UUID on two laptops swallows a machine (fusion#878)",
    newcomer("inventory", ["name lap-b", `uuid ${UUID}`, "serial PF-B2222"]),
    [laptop("lap-a", `uuid ${UUID}`, "serial PF-A1111")],
    "new, clone lap-a",
    "flagged although name and serial speak against it",
  ],
  [
    "the machine was installed anew: its old agent has been silent for four days",
    newcomer("dsc", ["name WEB01", "address 10.0.0.5!"]),
    [nodeWith("WEB01", [{ family: "dsc", silent: 96, said: ["name WEB01", "address 10.0.0.5!"] }])],
    "new, reinstalled WEB01",
    "a shared key never takes over: a person does",
  ],
  [
    "a second agent of the family, the first silent over the weekend",
    newcomer("dsc", ["name WEB01", "address 10.0.0.5!"]),
    [nodeWith("WEB01", [{ family: "dsc", silent: 71, said: ["name WEB01", "address 10.0.0.5!"] }])],
    "new, clone WEB01",
    "alive for three days",
  ],
  [
    "a machine taken out of service comes back under a new id",
    newcomer("puppet", ["name web01.example.org*", "address 10.0.0.5!"]),
    [nodeWith("gone", [{ family: "dsc", said: ["name WEB01", "address 10.0.0.5!"] }], "deactivated")],
    "new, deactivated gone",
    "an operator's word stands",
  ],

  // First match is no match.
  [
    "a serial alone does not decide before the UUID is looked at (glpi#9741)",
    newcomer("inventory", ["name b", "serial CN7079209", `uuid ${OTHER_UUID}`, "address 10.0.0.9!"]),
    [nodeWith("a", [{ family: "puppet", said: ["name a*", "serial CN7079209*", `uuid ${UUID}*`] }])],
    "new, unproven a",
    "serial for it, UUID and name against it: a person is asked",
  ],
  [
    "two nodes fit as well",
    newcomer("inventory", ["name web01", "address 10.0.0.5!"]),
    [
      { ...web, nodeId: "1" },
      { ...web, nodeId: "2", name: "web01 again" },
    ],
    "new, ambiguous web01, ambiguous web01 again",
    "none is taken",
  ],
  [
    "two nodes fit, one much better",
    newcomer("inventory", ["name web01.example.org", `mac ${MAC}`, "address 10.0.0.5!"]),
    [
      web,
      nodeWith("best", [{ family: "puppet", said: ["name web01.example.org*", `mac ${MAC}`, "address 10.0.0.5!"] }]),
    ],
    "join best 100",
    "the distance is wide enough",
  ],

  // Virtual machines.
  [
    "the hypervisor knows the guest by another name (glpi-agent#1042)",
    newcomer(null, ["name Web server (prod)", `uuid ${UUID}`]),
    [nodeWith("web01", [{ family: "dsc", said: ["name WEB01", `uuid ${UUID_SWAPPED}`] }])],
    "join web01 60",
    "a label on a hypervisor is not the host's name: it renames nothing and speaks against nothing",
  ],
  [
    "hypervisor and guest say different UUIDs (glpi#17986)",
    newcomer(null, [`uuid ${OTHER_UUID}`, "mac 00:50:56:9a:12:34", "name web01"]),
    [nodeWith("web01", [{ family: "dsc", said: ["name WEB01", `uuid ${UUID}`, "mac 00:50:56:9a:12:34"] }])],
    "new, uncertain web01",
    "name and card for it, UUID against it",
  ],
  [
    "a VM is duplicated although all matches (plugin#414)",
    newcomer("inventory", ["name vm7", "mac 00:50:56:9a:12:34", "address 10.0.0.31!"]),
    [nodeWith("vm7", [{ family: "dsc", said: ["name VM7", "mac 00:50:56:9a:12:34", "address 10.0.0.31!"] }])],
    "join vm7 100",
    "name, card and address together",
  ],

  // Shared hardware.
  [
    "a dock's MAC, second laptop (glpi#11805)",
    newcomer("inventory", ["name lap-b", `mac ${MAC}`, "address 10.0.0.2!"]),
    [nodeWith("lap-a", [{ family: "dsc", said: ["name LAP-A", `mac ${MAC}`, "address 10.0.0.1!"] }])],
    "new",
    "another name speaks against one card",
  ],
  [
    "a dock's MAC, third laptop: it does not count any more",
    newcomer("inventory", ["name lap-a", `mac ${MAC}`]),
    [laptop("lap-x", `mac ${MAC}`), laptop("lap-y", `mac ${MAC}`)],
    "new",
    "what two nodes have tells nothing of either",
  ],
  [
    "docker's bridge is the same on every host",
    newcomer("inventory", ["name b", "mac 02:42:ac:11:00:02", "address 172.17.0.1"]),
    [nodeWith("a", [{ family: "dsc", said: ["name A", "mac 02:42:ac:11:00:02", "address 172.17.0.1"] }])],
    "new",
    "junk",
  ],
  [
    "VirtualBox's guest address is the same in every box",
    newcomer("inventory", ["name b", "mac 0a:00:27:00:00:00", "address 10.0.2.15!"]),
    [nodeWith("a", [{ family: "dsc", said: ["name B", "mac 0a:00:27:00:00:00", "address 10.0.2.15!"] }])],
    "new, unproven a",
    "only the name is left",
  ],
  [
    "a MAC that software gave itself is worth little",
    newcomer("inventory", ["name b", "mac 52:54:00:12:34:56"]),
    [nodeWith("a", [{ family: "dsc", said: ["name A", "mac 52:54:00:12:34:56"] }])],
    "new",
    "QEMU's default, until somebody sets it",
  ],
  [
    "boards whose maker filled nothing in",
    newcomer("inventory", ["name b", "serial To Be Filled By O.E.M.", "uuid 03000200-0400-0500-0006-000700080009"]),
    [
      nodeWith("a", [
        {
          family: "dsc",
          said: ["name A", "serial To be filled by O.E.M.", "uuid 00020003-0004-0005-0006-000700080009"],
        },
      ]),
    ],
    "new",
    "placeholders, also with their bytes swapped",
  ],
  [
    "no UUID at all is all zeros, or all ones",
    newcomer("inventory", [
      "name b",
      "uuid 00000000-0000-0000-0000-000000000000",
      "uuid FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
    ]),
    [nodeWith("a", [{ family: "dsc", said: ["name A", "uuid 00000000-0000-0000-0000-000000000000"] }])],
    "new",
    "junk",
  ],

  // Names and addresses.
  [
    "the same name in two entities (glpi-agent#124)",
    newcomer("inventory", ["name WEB01", "address 10.1.0.5!"]),
    [nodeWith("web01", [{ family: "dsc", said: ["name WEB01", "address 10.2.0.5!"] }])],
    "new, unproven web01",
    "a name alone is weak: a person is asked once",
  ],
  [
    "the same host in two domains",
    newcomer("inventory", ["name web01.lab.example.org", "address 10.1.0.5!"]),
    [nodeWith("web01.corp", [{ family: "puppet", said: ["name web01.corp.example.org*"] }])],
    "new",
    "the domains differ: nobody is asked",
  ],
  [
    "an address that was given to the next machine (DHCP)",
    newcomer("dsc", ["name LAP-7", "address 10.0.0.5!"]),
    [web],
    "new",
    "an address alone tells nothing",
  ],
  [
    "everybody comes by one balancer",
    newcomer("dsc", ["name WEB01", "address 10.0.0.1!"]),
    [
      nodeWith("web01", [{ family: "puppet", said: ["name web01.example.org*", "address 10.0.0.1!"] }]),
      nodeWith("x", [{ family: "puppet", said: ["name x*", "address 10.0.0.1!"] }]),
      nodeWith("y", [{ family: "puppet", said: ["name y*", "address 10.0.0.1!"] }]),
    ],
    "new, unproven web01",
    "an address of three nodes does not count",
  ],
  [
    "images that nobody named",
    newcomer("dsc", ["name localhost", "name localhost.localdomain", "address 10.0.0.6!"]),
    [nodeWith("localhost", [{ family: "puppet", said: ["name localhost.localdomain*", "address 10.0.0.5!"] }])],
    "new",
    "junk",
  ],
  ["who says nothing", newcomer("dsc", []), [], "new", "there is nothing to go by"],
];

const told = (who: Newcomer, nodes: readonly Candidate[]) => {
  const { outcome, nodeId, confidence, conflicts } = decideAmong(who, nodes);
  const nameOf = (id: string | null) => nodes.find((node) => node.nodeId === id)?.name ?? id;
  return outcome === "join"
    ? `join ${nameOf(nodeId)} ${confidence}`
    : ["new", ...conflicts.map((conflict) => `${conflict.kind} ${nameOf(conflict.nodeId)}`)].join(", ");
};

describe("the traps", () => {
  it.each(rows)("%s", (_, who, nodes, expected, why) => {
    expect(told(who, nodes), why).toBe(expected);
  });

  it("do not depend on the order in which nodes are looked at, nor evidence", () => {
    for (const [title, who, nodes, expected] of rows) {
      const turned = { ...who, evidence: who.evidence.toReversed() };
      expect(told(turned, nodes.toReversed()), title).toBe(expected);
    }
  });

  it("are decided with everything that led to it, as plain data", () => {
    for (const [title, who, nodes] of rows) {
      const decision = decideAmong(who, nodes);
      expect(JSON.parse(JSON.stringify(decision)), title).toEqual(decision);
      expect(decision.why, title).toMatch(/^[A-Z].*\.$/);
      for (const { score, counted } of decision.considered)
        expect(
          Math.max(
            0,
            Math.min(
              100,
              counted.reduce((sum, { points }) => sum + points, 0),
            ),
          ),
        ).toBe(score);
    }
  });
});

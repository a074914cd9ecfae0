import { reportStatuses } from "@gatehouse/core/reports";
import { describe, expect, it } from "vitest";
import { folderOf, refusalOf } from "../apply/folder.test.helper.js";
import { readExpectations } from "./file.js";

const NOW = new Date("2026-03-01T10:00:00Z");
const FILE = "ci.yaml";

function read(text: string) {
  return readExpectations(`${folderOf({ [FILE]: text })}/${FILE}`, NOW);
}
function refused(text: string | Buffer) {
  const dir = folderOf({ [FILE]: text });
  return refusalOf(dir, () => readExpectations(`${dir}/${FILE}`, NOW));
}
const one = (text: string) => read(`- ${text}`).expectations[0];

describe("what a file expects", () => {
  it("is said in one document, with what all share", () => {
    const { expectations, recordings } = read(
      [
        "within: 90s",
        "record: {leastStatus: 500, most: 10}",
        "expect:",
        "  - name: web-1 runs",
        "    report: {node: web-1, status: [success, noncompliant]}",
        "  - never: {exchange: {leastStatus: 500}}",
        "    within: 2h",
      ].join("\n"),
    );
    expect(recordings).toMatchObject([{ spec: { leastStatus: 500, most: 10 }, place: { line: 2 } }]);
    expect(expectations).toMatchObject([
      {
        ...{ name: "web-1 runs", word: "report", within: 90_000, saysWithin: false, since: "start" },
        ...{ spec: { node: "web-1", status: ["success", "noncompliant"] }, least: 1, most: Number.POSITIVE_INFINITY },
        place: { line: 4 },
      },
      {
        ...{ name: "never an exchange: leastStatus 500", word: "exchange", within: 7_200_000, saysWithin: true },
        ...{ least: 0, most: 0, place: { line: 6 } },
      },
    ]);
  });

  it.each([
    ["a list", "- node: {name: a}\n- node: {name: b}\n"],
    ["documents", "node: {name: a}\n---\nnode: {name: b}\n"],
    ["documents with several", "expect: [{node: {name: a}}]\n---\nwithin: 1m\nexpect: [{node: {name: b}}]\n"],
    ["JSON", '[{"node": {"name": "a"}}, {"node": {"name": "b"}}]'],
  ])("is said in %s", (_, text) => {
    expect(read(text).expectations.map(({ spec }) => spec)).toEqual([{ name: "a" }, { name: "b" }]);
  });

  it("is in all files of a folder", () => {
    const dir = folderOf({ "a.yaml": "node: {name: a}", "b/b.yml": "node: {name: b}", "c.txt": "no" });
    expect(readExpectations(dir, NOW).expectations).toHaveLength(2);
  });

  it.each<[string, object]>([
    ["node: {name: a}", { least: 1, most: Number.POSITIVE_INFINITY, since: "ever", within: 300_000 }],
    ["{node: {state: active}, atLeast: 3}", { least: 3, most: Number.POSITIVE_INFINITY }],
    ["{node: {state: active}, exactly: 3}", { least: 3, most: 3 }],
    ["{node: {state: active}, exactly: 0}", { least: 0, most: 0 }],
    ["{node: {state: active}, atMost: 3}", { least: 0, most: 3 }],
    ["{node: {state: active}, atLeast: 2, atMost: 3}", { least: 2, most: 3 }],
    ["{report: {node: a}, since: ever}", { since: "ever" }],
    ["{inventory: {node: a}, since: start}", { since: "start" }],
    ["{report: {node: a}, since: 2h}", { since: { at: "2026-03-01T08:00:00.000Z" } }],
    ["{report: {node: a}, since: 2026-02-01}", { since: { at: "2026-02-01T00:00:00.000Z" } }],
  ])("%s", (text, said) => {
    expect(one(text)).toMatchObject(said);
  });

  it.each([
    ["{report: {node: a, status: success}, exactly: 2}", "a report: node a, status success, exactly 2"],
    ["inventory: {node: a, section: softwares, has: {name: x}}", "inventory of a: softwares with name x"],
    ["facts: {node: a, path: os.family, is: [Debian, RedHat]}", "facts of a: os.family is Debian or RedHat"],
    ["never: {exchange: {}}", "never an exchange: any"],
    ["{node: {labels: {site: berlin}}, atLeast: 2}", "a node: labels {site berlin}, at least 2"],
  ])("without a name is called by what it says: %s", (text, name) => {
    expect(one(text)?.name).toBe(name);
  });
});

describe("a file that expects nothing that could be looked at", () => {
  it.each<[string, string, string[]]>([
    ["is empty", "", [`${FILE}: Nothing is expected in it.`]],
    ["has comments only", "# nothing\n---\n", [`${FILE}: Nothing is expected in it.`]],
    ["has an empty list", "expect: []", [`${FILE}:1:1 expect: It must NOT have fewer than 1 items.`]],
    [
      "says nothing",
      "- within: 5m",
      [
        `${FILE}:1:3: It does not say what must happen: one of report, exchange, inventory, node, facts, certificate, job, never.`,
      ],
    ],
    ["is a text", "- report", [`${FILE}:1:3: An expectation is a mapping, such as \`node: {name: web-1}\`.`]],
    [
      "says two things",
      "- node: {name: a}\n  report: {node: a}",
      [`${FILE}:1:3 node: It says report and node: each is an expectation of its own.`],
    ],
    [
      "has an unknown word",
      "- raport: {node: a}",
      [`${FILE}:1:3 raport: There is no field "raport" here; did you mean report?`],
    ],
    [
      "has an unknown word for its expectations",
      "within: 5m\nexpects: []",
      [`${FILE}:2:1 expects: There is no field "expects" here; did you mean expect?`],
    ],
    [
      "has an unknown field",
      "- report: {nod: a}",
      [`${FILE}:1:12 report.nod: There is no field "nod" here; did you mean node?`],
    ],
    [
      "has an unknown field of a recording",
      "record: {second: 5}\nexpect: [{node: {name: a}}]",
      [`${FILE}:1:10 record.second: There is no field "second" here; did you mean seconds?`],
    ],
    [
      "has __proto__",
      "- __proto__: {}\n  node: {name: a}",
      [`${FILE}:1:3 __proto__: There is no field "__proto__" here.`],
    ],
    [
      "has an unknown status",
      "- report: {status: sucess}",
      [`${FILE}:1:12 report.status: It must be one of ${reportStatuses.join(", ")}; did you mean success?`],
    ],
    [
      "has an unknown status in a list, of what must never be",
      "- never: {report: {status: [failure, hang]}}",
      [`${FILE}:1:38 never.report.status.1: It must be one of ${reportStatuses.join(", ")}; did you mean hung?`],
    ],
    [
      "says no length of time",
      "- within: five\n  node: {name: a}",
      [`${FILE}:1:3 within: It is a length of time such as 90s, 5m or 2h.`],
    ],
    ["says a number for it", "- within: 5\n  node: {name: a}", [`${FILE}:1:3 within: It must be string.`]],
    [
      "waits for too long",
      "- within: 8d\n  node: {name: a}",
      [`${FILE}:1:3 within: An expectation waits 7 days at the most.`],
    ],
    [
      "makes all wait for too long",
      "within: 2w\nexpect: [{node: {name: a}}]",
      [`${FILE}:1:1 within: An expectation waits 7 days at the most.`],
    ],
    [
      "says no moment",
      "- since: yesterday\n  node: {name: a}",
      [`${FILE}:1:3 since: It is \`start\`, \`ever\`, a time ago such as 2h, or a date such as 2026-03-01T10:00Z.`],
    ],
    [
      "says no day that there is",
      "- since: 2026-02-31T99:00\n  node: {name: a}",
      [`${FILE}:1:3 since: It is \`start\`, \`ever\`, a time ago such as 2h, or a date such as 2026-03-01T10:00Z.`],
    ],
    [
      "has counts that contradict",
      "- {node: {name: a}, exactly: 2, atLeast: 1}",
      [`${FILE}:1:21 exactly: It contradicts atLeast: \`exactly\` stands alone.`],
    ],
    [
      "has bounds with nothing between",
      "- {node: {name: a}, atLeast: 2, atMost: 1}",
      [`${FILE}:1:33 atMost: It contradicts atLeast: 2 are more than 1.`],
    ],
    [
      "has a count of never",
      "- {never: {node: {name: a}}, exactly: 2}",
      [`${FILE}:1:30 exactly: What must never be has no count.`],
    ],
    ["has a count below 1", "- {node: {name: a}, atLeast: 0}", [`${FILE}:1:21 atLeast: It must be >= 1.`]],
    ["has half a count", "- {node: {name: a}, exactly: 1.5}", [`${FILE}:1:21 exactly: It must be integer.`]],
    [
      "has statuses with none between",
      "- exchange: {leastStatus: 500, mostStatus: 404}",
      [`${FILE}:1:32 exchange.mostStatus: It contradicts leastStatus: 500 is more.`],
    ],
    [
      "has a status outside of its bounds",
      "- never: {exchange: {status: 200, leastStatus: 500}}",
      [`${FILE}:1:22 never.exchange.status: It contradicts leastStatus or mostStatus.`],
    ],
    [
      "says nothing of a certificate",
      "- certificate: {}",
      [`${FILE}:1:3 certificate: It must have required property 'name'.`],
    ],
    [
      "has a path without parts",
      "- facts: {node: a, path: os..family}",
      [`${FILE}:1:20 facts.path: It is the parts of a fact's path joined by dots, such as os.family.`],
    ],
    [
      "never says two things",
      "- never: {node: {name: a}, report: {node: a}}",
      [`${FILE}:1:3 never: It must NOT have more than 1 properties.`],
    ],
    ["names a place and no node", "- report: {node: ..}", [`${FILE}:1:12 report.node: This is no name.`]],
    [
      "names a place and no certificate",
      '- certificate: {name: "."}',
      [`${FILE}:1:17 certificate.name: This is no name.`],
    ],
    ["is no YAML", "- node: {name: a", [`${FILE}:1:17: The indentation does not fit to what stands above.`]],
  ])("%s", async (_, text, lines) => {
    expect(await refused(text)).toEqual(lines);
  });

  it("says every fault at once, each with its line", async () => {
    const said = await refused("expect:\n  - raport: {}\n  - node: {nam: a}\n  - exchange: {status: 9}\nwithin: x\n");
    expect(said.map((line) => line.split(" ")[0])).toEqual([
      `${FILE}:5:1`,
      `${FILE}:2:5`,
      `${FILE}:3:12`,
      `${FILE}:4:16`,
    ]);
  });

  it("has an inventory of nothing", async () => {
    expect((await refused("- inventory: {section: softwares}")).join()).toContain(
      "inventory: It must have required property",
    );
    expect((await refused("- inventory: {node: a, has: {name: x}}")).join()).toContain("section");
  });

  it("has too many", async () => {
    const many = (count: number) => "- node: {name: a}\n".repeat(count);
    expect(await refused(many(1001))).toEqual([`${FILE}: There are more than 1000 expectations.`]);
    expect(read(many(1000)).expectations).toHaveLength(1000);
  });

  it("has a thousand faults, of which a person is told some", async () => {
    const said = await refused("- raport: {}\n".repeat(1000));
    expect(said.length).toBeLessThan(30);
  });

  it("is no text, or not there", async () => {
    expect(await refused(Buffer.from([0xff, 0xfe, 0]))).toEqual([`${FILE}: It is no text in UTF-8.`]);
    const dir = folderOf({});
    expect(await refusalOf(dir, () => readExpectations(`${dir}/none.yaml`))).toEqual([
      "none.yaml: There is no such file.",
    ]);
  });

  it("never shows what stands there but for keys", async () => {
    const said = await refused("- exchange: {status: topsecret}\n- within: topsecret\n");
    expect(said.join()).not.toContain("topsecret");
  });
});

import { mergeRun, type ReportStatus, statusOf } from "@gatehouse/core/reports";
import { encode } from "@msgpack/msgpack";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { reportFact } from "./report-fact.js";
import { bytes, event, HOST, log, metric, RUN, recordedReports, report, resource } from "./reports.test.helper.js";

const said = (value: unknown) => reportFact(bytes(value), "json").said;
const statusOfRun = (value: unknown): ReportStatus => statusOf(mergeRun(undefined, said(value)));
const changed = (name: string) => resource(name, { changed: true, out_of_sync: true, events: [event()] });

describe("a report", () => {
  it("is one run, by its transaction", () => {
    expect(reportFact(bytes(report()), "json")).toMatchObject({ fact: "report", protocol: "puppet", run: RUN });
    expect(reportFact(bytes(report({ transaction_uuid: "" })), "json").run).toBe("2026-11-20T19:39:05.622Z");
  });

  it("is the same in each coding", () => {
    const value = report({ logs: [log("notice", "x")] }, [changed("File[/a]")]);
    const expected = reportFact(bytes(value), "json");
    expect(reportFact(encode(value), "msgpack")).toEqual(expected);
    expect(reportFact(Buffer.from(stringify(value)), "yaml")).toEqual(expected);
  });

  it("in YAML as Ruby writes it is taken, its tags make nothing", () => {
    const text = `--- !ruby/object:Puppet::Transaction::Report
host: ${HOST}
time: 2014-11-19 10:00:00.123456789 -08:00
configuration_version: 1
transaction_uuid: ${RUN}
report_format: 4
puppet_version: 4.2.0
kind: apply
status: changed
environment: production
metrics:
  resources: !ruby/object:Puppet::Util::Metric
    name: resources
    label: Resources
    values:
    - - total
      - Total
      - 7
logs:
- !ruby/object:Puppet::Util::Log
  level: !ruby/sym warning
  tags: !ruby/object:Puppet::Util::TagSet
    hash:
      warning: true
  message: "careful"
  source: Puppet
  time: 2014-11-19 10:00:01.000000000 -08:00
resource_statuses:
  File[/a]: !ruby/object:Puppet::Resource::Status
    resource: File[/a]
    resource_type: File
    changed: true
    failed: false
    events:
    - !ruby/object:Puppet::Transaction::Event
      property: ensure
      previous_value: !ruby/sym absent
      desired_value: !ruby/sym file
      message: created
      status: success
`;
    const { run, said } = reportFact(Buffer.from(text), "yaml");
    expect(run).toBe(RUN);
    expect(said).toMatchObject({
      outcome: "success",
      startedAt: new Date("2014-11-19T18:00:00.123Z"),
      counts: { changed: 1, ok: 6 },
      attributes: { report_format: "4", warnings: ["warning Puppet: careful"] },
    });
    expect(said.events).toMatchObject([
      { resource: "File[/a]", status: "changed", detail: { events: [{ previous: "absent", desired: "file" }] } },
    ]);
  });

  it.each<[string, object, ReportStatus]>([
    ["nothing changed", report({}, [resource("File[/a]")]), "success"],
    ["something changed", report({ status: "changed" }, [changed("File[/a]")]), "success"],
    ["a resource failed", report({ status: "failed" }, [resource("File[/a]", { failed: true })]), "failure"],
    [
      "it has no catalog (ov8-05)",
      report({ status: "failed", logs: [log("err", "Could not retrieve catalog")] }),
      "failure",
    ],
    [
      "only Facter complained (p7-04)",
      report({ status: "changed", logs: [log("err", "Permission denied", "Facter")] }),
      "success",
    ],
    [
      "it was to change something (noop)",
      report({ noop: true, noop_pending: true }, [
        resource("File[/a]", { out_of_sync: true, events: [event({ status: "noop" })] }),
      ]),
      "noncompliant",
    ],
  ])("says %s", (_, value, expected) => {
    expect(statusOfRun(value)).toBe(expected);
  });

  it("has errors where the run failed, with the resource that each is about", () => {
    const logs = [
      log("err", "change from 'absent' to 'present' failed", "/Stage[main]/Main/Package[x]/ensure"),
      log("err", "Failed to apply catalog"),
      log("warning", "skipped", "/Stage[main]/Main/Service[x]"),
    ];
    const { errors, attributes } = said(report({ status: "failed", logs }));
    expect(errors).toEqual([
      {
        message: "change from 'absent' to 'present' failed",
        resource: "/Stage[main]/Main/Package[x]/ensure",
        code: null,
      },
      { message: "Failed to apply catalog", resource: null, code: null },
    ]);
    expect(attributes).toMatchObject({ logs: { err: 2, warning: 1 } });
    expect(attributes?.["warnings"]).toHaveLength(3);
  });

  it("has each warning once, with how often it was said, and no more than are read", () => {
    const again = Array.from({ length: 18 }, () => log("err", "Permission denied", "Facter"));
    const others = Array.from({ length: 50 }, (_, i) => log("warning", `careful ${i}`));
    const { attributes } = said(report({ status: "changed", logs: [...again, ...others, ...again] }));
    const warnings = attributes?.["warnings"] as string[];
    expect(warnings).toHaveLength(20);
    expect(warnings.slice(0, 2)).toEqual(["err Facter: Permission denied (36 times)", "warning Puppet: careful 0"]);
    expect(attributes).toMatchObject({ logs: { err: 36, warning: 50 } });
  });

  it("ends when its time metric says, else with its last line, else when it began", () => {
    const time = { time: metric("time", { total: 4.754670484 }) };
    expect(said(report({ metrics: time })).endedAt).toEqual(new Date("2026-11-20T19:39:10.377Z"));
    expect(said(report({ logs: [log("info", "x", "Puppet", 9), log("info", "y", "Puppet", 7)] })).endedAt).toEqual(
      new Date("2026-11-20T19:39:09.397Z"),
    );
    expect(said(report()).endedAt).toEqual(new Date("2026-11-20T19:39:05.622Z"));
    expect(said(report({ metrics: { time: metric("time", { total: 1e12 }) } })).endedAt).toEqual(
      said(report()).startedAt,
    );
  });

  it("keeps its own words, and none that say nothing", () => {
    const { attributes, operation } = said(
      report({
        noop: true,
        code_id: null,
        job_id: "",
        server_used: "puppet:8140",
        metrics: {
          changes: metric("changes", { total: 3 }),
          events: metric("events", { total: 3, success: 3 }),
          time: metric("time", { file: 0.5599448 }),
        },
      }),
    );
    expect(operation).toBe("noop");
    expect(attributes).toEqual({
      environment: "production",
      configuration_version: "1795203548",
      puppet_version: "7.23.0",
      report_format: "12",
      catalog_uuid: "d796833e-6385-4995-8f0e-6e7c3809417d",
      cached_catalog_status: "not_used",
      server_used: "puppet:8140",
      noop: true,
      noop_pending: false,
      corrective_change: false,
      transaction_completed: true,
      changes: 3,
      events: { total: 3, success: 3 },
      time: { file: 0.56 },
    });
  });

  // What each format leaves out or calls otherwise (wire/puppet.md section 3.8).
  const without = (...keys: string[]) =>
    Object.fromEntries(Object.entries(report()).filter(([key]) => !keys.includes(key)));
  const since6 = ["corrective_change", "noop_pending"];
  const since5 = ["catalog_uuid", "cached_catalog_status", "noop"];
  it.each<[number, object]>([
    [4, { ...without(...since6, ...since5, "transaction_completed"), kind: "apply" }],
    [5, without(...since6, "transaction_completed")],
    [6, { ...without("transaction_completed"), master_used: "puppet" }],
    [7, { ...without("transaction_completed"), master_used: "puppet" }],
    [8, { ...report(), master_used: "puppet" }],
    [9, { ...report(), master_used: "puppet" }],
    [10, { ...report(), master_used: "puppet" }],
    [11, { ...report(), master_used: "puppet", server_used: "puppet" }],
    [12, { ...report(), server_used: "puppet" }],
  ])("of format %i is taken", (format, value) => {
    const fact = reportFact(bytes({ ...value, report_format: format, configuration_version: null }), "json");
    expect(fact).toMatchObject({ run: RUN, said: { outcome: "success", attributes: { report_format: `${format}` } } });
  });

  it("with nothing but what every one has is taken", () => {
    const { said } = reportFact(bytes({ host: HOST, time: "2026-11-20T19:39:05Z" }), "json");
    expect(said).toMatchObject({ events: [], counts: {}, attributes: {} });
    expect(said.outcome).toBeUndefined();
  });

  it.each(recordedReports.map(({ name, body }) => [name, body] as const))("of a real agent is read: %s", (_, body) => {
    const recorded = JSON.parse(body.toString()) as {
      status: string;
      transaction_uuid: string;
      metrics: { resources?: { values: [string, string, number][] } };
    };
    const fact = reportFact(body, "json");
    const { said, run } = fact;
    expect(run).toBe(recorded.transaction_uuid);
    expect(said.outcome).toBe(recorded.status === "failed" ? "failure" : "success");
    const total = Object.values(said.counts ?? {}).reduce((sum, count) => sum + count, 0);
    const figures = Object.fromEntries(
      (recorded.metrics.resources?.values ?? []).map(([name, , figure]) => [name, figure]),
    );
    expect(total).toBe(figures["total"] ?? 0);
    expect(said.counts?.changed ?? 0).toBe(figures["changed"] ?? 0);
    expect(said.counts?.failed ?? 0).toBe(figures["failed"] ?? 0);
    expect(structuredClone(fact)).toEqual(fact);
  });
});

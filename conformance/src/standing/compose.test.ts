import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { entryPoint, inOrder, ROOT, readComposeFile, type Service, words } from "./compose-file.js";
import { lacking } from "./lacking.js";

const services = readComposeFile();
/** What runs with a profile: the services that have it, and those that have none. */
const activeIn = (profile: string) =>
  [...services.values()].filter(({ profiles }) => profiles.length === 0 || profiles.includes(profile));
const PROFILES = ["", "agents", "ci", "load"];

describe("docker-compose.yml", () => {
  it("has the profiles that the docs name, and no other", () => {
    const named = new Set([...services.values()].flatMap(({ profiles }) => profiles));
    expect([...named].toSorted()).toEqual(PROFILES.filter((profile) => profile !== ""));
  });

  it.each(PROFILES)("depends on nothing that is not there, in the profile '%s'", (profile) => {
    const active = activeIn(profile).map(({ name }) => name);
    expect(
      inOrder(services, active)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(active.toSorted());
    for (const { networkOf } of activeIn(profile)) if (networkOf !== undefined) expect(active).toContain(networkOf);
  });

  it("is PostgreSQL, two gateways and a balancer without a profile", () => {
    expect(activeIn("").map(({ name }) => name)).toEqual(["postgres", "gateway-1", "gateway-2", "balancer"]);
  });

  it("brings what it mounts", () => {
    const sources = [...services.values()].flatMap(({ mounts }) => mounts.map(({ source }) => source));
    const missing = sources.filter((source) => source.startsWith("./") && !existsSync(path.join(ROOT, source)));
    // The one thing that a person makes.
    expect([...new Set(missing)].filter((source) => source !== "./secrets/instance.key")).toEqual([]);
  });

  it("keeps agents out of the network whose callers are believed", () => {
    for (const name of ["puppet-agent", "fusioninventory-agent", "ocsinventory-agent"])
      expect(services.get(name)?.networks, name).toEqual(["default"]);
  });

  it("runs the entry point of the image", () => {
    expect(entryPoint()).toEqual(["node", "/app/bin/gatehouse.mjs"]);
  });
});

const { skip, note } = lacking("docker-compose");

describe.skipIf(skip)(`docker-compose config${note}`, () => {
  /** What Debian's docker-compose makes of the file. */
  const config = (profile: string, env: Readonly<Record<string, string>> = {}) => {
    const home = mkdtempSync(path.join(tmpdir(), "gatehouse-compose-"));
    // In place of the .env of whoever runs this.
    const none = path.join(home, "none");
    try {
      const args = ["--env-file", none, "--file", path.join(ROOT, "docker-compose.yml"), "--project-directory", ROOT];
      writeFileSync(none, "");
      const active = profile === "" ? [] : ["--profile", profile];
      return spawnSync("docker-compose", [...args, ...active, "config"], {
        // No settings of a docker.
        env: { PATH: process.env["PATH"] ?? "", HOME: home, LANG: "C.UTF-8", ...env },
        encoding: "utf8",
      });
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  };
  interface Resolved {
    readonly services: Readonly<
      Record<
        string,
        {
          readonly command?: string | string[];
          readonly environment?: object;
          readonly healthcheck?: { test: string[] };
        }
      >
    >;
  }

  it.each(PROFILES)("takes it, with the profile '%s'", (profile) => {
    expect(config(profile)).toMatchObject({ status: 0, stderr: "" });
  });

  it("reads every command, variable and health check as these tests do", () => {
    const { services: resolved } = parse(config("ci").stdout) as Resolved;
    const commandOf = (command: string | string[] = []) => (typeof command === "string" ? words(command) : command);
    const seen = (service: Service) => {
      const { command, environment = {}, healthcheck } = resolved[service.name] ?? {};
      return { command: commandOf(command), environment, healthcheck: healthcheck?.test.slice(1) };
    };
    for (const service of services.values()) {
      const { name, command, environment, healthcheck } = service;
      expect(seen(service), name).toEqual({ command, environment, healthcheck });
    }
  });

  it("refuses a variable that would make no sense", () => {
    const { status, stderr } = config("", { GATEHOUSE_SUBNET: "everywhere" });
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining("subnet") });
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Ajv } from "ajv";
import { afterAll, describe, expect, it } from "vitest";
import { variables } from "./environment.js";
import { loadConfig } from "./load.js";
import { configSchema } from "./schema.js";

const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-config-"));
afterAll(() => rmSync(dir, { recursive: true }));
const fileOf = (text: string) => {
  const file = path.join(dir, "gatehouse.yaml");
  writeFileSync(file, text);
  return file;
};
const load = (yaml: string, env: NodeJS.ProcessEnv = {}) => loadConfig({ config: fileOf(yaml) }, env);
const invalid = (message: RegExp) =>
  expect.objectContaining({ code: "config-invalid", message: expect.stringMatching(message) });

describe("loadConfig", () => {
  it("takes facts to search by, plain words only, and not too many", () => {
    expect(loadConfig({}, {}).search).toEqual({ indexed: [] });
    expect(load("search: {indexed: [os.family, memory]}").search.indexed).toEqual(["os.family", "memory"]);
    for (const wrong of ["[os..family]", '["a\'b"]', "[a, a]", `[${Array.from({ length: 33 }, (_, i) => `f${i}`)}]`])
      expect(() => load(`search: {indexed: ${wrong}}`), wrong).toThrow(invalid(/search\.indexed/));
  });

  it("has a default for everything that a start needs", () => {
    expect(loadConfig({}, {})).toMatchObject({
      dataDir: "./data",
      serverNames: [],
      database: { poolSize: 10 },
      log: { level: "info", format: "auto" },
      listeners: [
        {
          address: "0.0.0.0:8140",
          tls: "own",
          minVersion: "TLSv1.2",
          requestClientCertificate: true,
          mounts: ["dsc", "puppet", "inventory", "api", "platform"],
        },
        { address: "0.0.0.0:8080", tls: "off", mounts: ["dsc", "inventory", "platform"] },
      ],
      http: { idleSeconds: 120, connectionClose: false },
      admission: { bodyBytes: 256 << 20, requests: { "check-in": 400, content: 100, submission: 200, operator: 50 } },
      ca: { name: "", selfSigned: false, keyBits: 4096, certificateDays: 1825, crlDays: 1825, autosign: [], oids: {} },
      dsc: { prefixes: ["/PSDSCPullServer.svc", "/accounts/*", "/"], registrationSkewSeconds: 0 },
      puppet: { authorization: { rules: [] } },
    });
    expect(loadConfig({}, {}).database.url).toBeUndefined();
  });

  it("does not mount the operators' API on plain HTTP by itself", () => {
    for (const { tls, mounts } of loadConfig({}, {}).listeners) if (tls === "off") expect(mounts).not.toContain("api");
  });

  it("puts the file above the defaults, the environment above the file, flags above all", () => {
    const yaml = "dataDir: from-file\nlog: { level: warn, format: json }\nadmission: { requests: { check-in: 7 } }";
    expect(load(yaml)).toMatchObject({
      dataDir: "from-file",
      log: { level: "warn", format: "json" },
      admission: { requests: { "check-in": 7, content: 100 } },
    });
    const env = {
      GATEHOUSE_DATA_DIR: "from-env",
      GATEHOUSE_LOG_LEVEL: "debug",
      GATEHOUSE_ADMISSION_REQUESTS_CHECK_IN: "9",
    };
    expect(load(yaml, env)).toMatchObject({
      dataDir: "from-env",
      log: { level: "debug", format: "json" },
      admission: { requests: { "check-in": 9 } },
    });
    expect(loadConfig({ config: fileOf(yaml), data: "from-flag" }, env).dataDir).toBe("from-flag");
  });

  it("takes the file that GATEHOUSE_CONFIG names, and the flag's before it", () => {
    const named = path.join(dir, "named.yaml");
    writeFileSync(named, "dataDir: named");
    expect(loadConfig({}, { GATEHOUSE_CONFIG: named }).dataDir).toBe("named");
    expect(loadConfig({ config: fileOf("dataDir: flag") }, { GATEHOUSE_CONFIG: named }).dataDir).toBe("flag");
  });

  it.each(["", "# nothing\n", "---\n"])("takes the file %j for one without settings", (yaml) => {
    expect(load(yaml).dataDir).toBe("./data");
  });

  it("knows DATABASE_URL, and GATEHOUSE_DATABASE_URL before it", () => {
    expect(load("database: { url: postgresql://file/db }", { DATABASE_URL: "postgresql://env/db" }).database.url).toBe(
      "postgresql://env/db",
    );
    const both = { GATEHOUSE_DATABASE_URL: "postgresql://ours/db", DATABASE_URL: "postgresql://env/db" };
    expect(loadConfig({}, both).database.url).toBe("postgresql://ours/db");
    expect(loadConfig({}, { DATABASE_URL: "" }).database.url).toBeUndefined();
  });

  it.each([
    ["dataDirr: x", /"dataDirr"; did you mean dataDir\?/],
    ["log: { levle: info }", /log: .*"levle"; did you mean level\?/],
    ["admission: { requests: { checkin: 1 } }", /admission\.requests: .*"checkin"; did you mean check-in\?/],
    ["listeners: [{ address: 'a:1', mount: [dsc] }]", /listeners\.0: .*"mount"; did you mean mounts\?/],
    ["dsc: { prefix: ['/'] }", /dsc: .*"prefix"; did you mean prefixes\?/],
    ["somethingelse: 1", /"somethingelse"\.$/],
  ])("names the setting nearest to the unknown one in %j", (yaml, message) => {
    expect(() => load(yaml)).toThrow(invalid(message));
  });

  it.each([
    ["log: { level: loud }", /log\.level: .*\(error, warn, info, debug\)/],
    ["database: { poolSize: 1 }", /database\.poolSize: must be >= 2/],
    ["database: { poolSize: '10' }", /database\.poolSize: must be integer/],
    ["listeners: []", /listeners: /],
    ["listeners: [{ tls: own }]", /listeners\.0: .*address/],
    ["listeners: [{ address: '8080' }]", /listeners\.0\.address: /],
    ["listeners: [{ address: 'a:1', mounts: [chef] }]", /listeners\.0\.mounts\.0: /],
    ["dsc: { prefixes: ['no slash'] }", /dsc\.prefixes\.0: /],
    ["log: loud", /log: must be object/],
    ["- a list", /holds no settings/],
    ["a: [", /cannot be read/],
    ["a: 1\na: 2", /cannot be read/],
  ])("names file and place of the bad value in %j", (yaml, message) => {
    expect(() => load(yaml)).toThrow(invalid(message));
    expect(() => load(yaml)).toThrow(/gatehouse\.yaml/);
  });

  it("says which file is missing", () => {
    expect(() => loadConfig({ config: path.join(dir, "missing.yaml") }, {})).toThrow(
      invalid(/missing\.yaml cannot be read/),
    );
  });
});

it("has a schema that is one: no start looks at it", () => {
  expect(new Ajv({ strict: false }).validateSchema(configSchema)).toBe(true);
});

describe("the environment", () => {
  const known = variables(configSchema);
  const leavesOf = (schema: object, at: string[] = []): string[] => {
    const { properties } = schema as { properties?: Record<string, object> };
    return properties === undefined
      ? [at.join(".")]
      : Object.entries(properties).flatMap(([key, child]) => leavesOf(child, [...at, key]));
  };

  it("has one variable for every setting", () => {
    const leaves = leavesOf(configSchema);
    expect(leaves.length).toBeGreaterThan(18);
    expect([...known.values()].map(({ path: place }) => place.join(".")).toSorted()).toEqual(leaves.toSorted());
    for (const name of known.keys()) expect(name).toMatch(/^GATEHOUSE_[A-Z]+(?:_[A-Z]+)*$/);
  });

  it.each([
    ["GATEHOUSE_SERVER_NAMES", "a.example, b.example", { serverNames: ["a.example", "b.example"] }],
    ["GATEHOUSE_SERVER_NAMES", '["a.example"]', { serverNames: ["a.example"] }],
    ["GATEHOUSE_SERVER_NAMES", "Gate_1,10.0.0.7,::1", { serverNames: ["Gate_1", "10.0.0.7", "::1"] }],
    ["GATEHOUSE_HTTP_CONNECTION_CLOSE", "true", { http: { connectionClose: true } }],
    ["GATEHOUSE_HTTP_IDLE_SECONDS", "30", { http: { idleSeconds: 30 } }],
    ["GATEHOUSE_LISTENERS", '[{"address":"127.0.0.1:1"}]', { listeners: [{ address: "127.0.0.1:1", tls: "own" }] }],
    ["GATEHOUSE_DSC_MULTIPLE_NAMES", "Ok", { dsc: { multipleNames: "Ok" } }],
    ["GATEHOUSE_LOG_LEVEL", "", { log: { level: "info" } }],
  ])("sets by %s=%s", (name, text, config) => {
    expect(loadConfig({}, { [name]: text })).toMatchObject(config);
  });

  it.each([
    ["GATEHOUSE_LOG_LEVLE", "info", /GATEHOUSE_LOG_LEVLE .*did you mean GATEHOUSE_LOG_LEVEL\?/],
    ["GATEHOUSE_HTTP_IDLE_SECONDS", "long", /http\.idleSeconds: must be integer/],
    ["GATEHOUSE_HTTP_CONNECTION_CLOSE", "yes", /http\.connectionClose: must be boolean/],
    ["GATEHOUSE_SERVER_NAMES", "[broken", /GATEHOUSE_SERVER_NAMES/],
    [
      "GATEHOUSE_SERVER_NAMES",
      "gate.example,*.example",
      /serverNames: "\*\.example" is neither a DNS name nor an address/,
    ],
    ["GATEHOUSE_SERVER_NAMES", "gate.example:8140", /serverNames: "gate\.example:8140" is neither/],
    ["GATEHOUSE_SERVER_NAMES", "-gate.example", /serverNames: "-gate\.example" is neither/],
    ["GATEHOUSE_LISTENERS", "a:1", /listeners\.0: must be object/],
  ])("refuses %s=%s", (name, text, message) => {
    expect(() => loadConfig({}, { [name]: text })).toThrow(invalid(message));
  });

  it("leaves alone what is not ours, and the command's own variables", () => {
    const env = {
      HOME: "/root",
      GATEHOUSE_URL: "x",
      GATEHOUSE_TOKEN: "x",
      GATEHOUSE_CA: "x",
      GATEHOUSE_ADMIN_TOKEN: "x",
    };
    expect(loadConfig({}, env)).toEqual(loadConfig({}, {}));
  });
});

describe("--http and --https", () => {
  const addresses = (flags: object) => loadConfig(flags, {}).listeners.map(({ address, tls }) => `${tls} ${address}`);

  it("move a listener, or take it away", () => {
    expect(addresses({ http: "127.0.0.1:0" })).toEqual(["own 0.0.0.0:8140", "off 127.0.0.1:0"]);
    expect(addresses({ https: "[::1]:8443" })).toEqual(["own [::1]:8443", "off 0.0.0.0:8080"]);
    expect(addresses({ http: "off" })).toEqual(["own 0.0.0.0:8140"]);
    expect(addresses({ https: "off", http: "localhost:1" })).toEqual(["off localhost:1"]);
  });

  it.each([
    [{ http: "off", https: "off" }, /Every listener is off/],
    [{ http: "8080" }, /8080 is no address/],
    [{ https: "host:port" }, /is no address/],
  ])("refuse %j", (flags, message) => {
    expect(() => loadConfig(flags, {})).toThrow(invalid(message));
  });
});

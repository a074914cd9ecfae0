import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeServer } from "./fake-server.test.helper.js";
import type { Flavour } from "./flavour.js";
import { Lcm } from "./lcm.js";
import { noRecordings, recordings } from "./recordings.test.helper.js";
import { sampleConfiguration } from "./sample-configuration.js";
import { sampleModule } from "./sample-module.js";

let server: FakeServer;
let serverUrl: string;

beforeEach(async () => {
  server = new FakeServer();
  serverUrl = await server.start();
});

afterEach(() => server.stop());

/** What an operation looked like, without its values: header names in order, and property names of the body. */
interface Shape {
  operation: string;
  headers: string[];
  body: unknown;
}

function shape(method: string, url: string, headers: string[], body: string): Shape {
  const operation = `${method} ${/(GetDscAction|SendReport|ConfigurationContent|ModuleContent)$/.exec(url)?.[1] ?? "Nodes"}`;
  const names = headers.filter((name) => name !== "Connection");
  return { operation, headers: names, body: body === "" ? "" : keys(JSON.parse(body)) };
}

function keys(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.length === 0 ? [] : [keys(value[0])];
  }
  return typeof value === "object" && value !== null
    ? Object.entries(value).map(([key, item]) => [key, keys(item)])
    : "";
}

function recorded(file: string): Shape[] {
  const { exchanges } = recordings.find((recording) => recording.file.startsWith(file)) ?? { exchanges: [] };
  return exchanges
    .filter(({ request }) => !request.path.includes("ConfigurationId="))
    .map(({ request }) =>
      shape(
        request.method,
        request.path,
        request.headers.map(([name]) => name),
        request.body,
      ),
    );
}

/** Shapes of everything a simulated LCM sends in a life with reports, a failure and partial configurations. */
async function simulated(flavour: Flavour): Promise<Shape[]> {
  const module = { name: "GatehouseSample", version: "1.2" };
  server.configurations.set("Web", sampleConfiguration({ name: "Web", module }));
  server.modules.set("GatehouseSample_1.2", await sampleModule(module.name, module.version));
  const options = { serverUrl, registrationKey: "k", configurationNames: ["Web"], flavour, report: true };
  const node = new Lcm(options);
  await node.register();
  await node.run();
  server.handler = ({ url }) => (url.endsWith("GetDscAction") ? { status: 500 } : undefined);
  await node.run();
  await new Lcm(options).run();
  server.handler = () => undefined;
  await new Lcm({ ...options, partials: true }).run();
  await new Lcm({ ...options, configurationNames: [] }).register();
  return server.seen.map(({ method, url, headerNames, body }) => shape(method, url, headerNames, body));
}

describe.skipIf(noRecordings)("requests have the recorded header order and property order", () => {
  it.each([
    ["linux", "linux-01"],
    ["linux", "linux-04"],
    ["wmf50", "wmf5-iis-01"],
    ["wmf50", "wmf5-iis-02"],
    ["wmf50", "wmf5-iis-03"],
    ["wmf50", "wmf5-iis-04"],
    ["wmf51", "wmf5-tug-issue58"],
  ] as const)("%s as in %s", async (flavour, file) => {
    const made = (await simulated(flavour)).map((item) => JSON.stringify(item));
    const wanted = recorded(file);
    expect(wanted.length).toBeGreaterThan(1);
    for (const item of wanted) {
      expect(made).toContain(JSON.stringify(item));
    }
  });
});

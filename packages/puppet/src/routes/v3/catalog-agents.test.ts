import { describe, expect, it } from "vitest";
import { facts, form, house, PATH, peer, semver } from "./catalog.test.helper.js";

describe("agents of each version (wire/puppet.md section 7; built, for those below 6)", () => {
  const escaped = encodeURIComponent(JSON.stringify(facts)).replaceAll("%20", "+");
  const common = `environment=production&configured_environment=production&transaction_uuid=t-1`;
  const checksums = "static_catalog=true&checksum_type=md5.sha256.sha384.sha512.sha224";
  const factsIn = (format: string) => `facts_format=${format}&facts=${encodeURIComponent(escaped)}`;

  it.each<[string, string, string, string, string, boolean]>([
    ["4.0", "pson, b64_zlib_yaml, yaml, dot", `${factsIn("pson")}&${common}`, "text/pson", "1.2.3", false],
    ["4.10", "pson, binary", `${factsIn("pson")}&${common}&${checksums}`, "text/pson", "1.2.3", true],
    [
      "5",
      "application/json, text/pson",
      `${factsIn("application%2Fjson")}&${common}&${checksums}`,
      "application/json;charset=utf-8",
      "1.2.3",
      true,
    ],
    [
      "6",
      "application/vnd.puppet.rich+json, application/json, text/pson",
      `${factsIn("application%2Fjson")}&${common}&job_uuid=&${checksums}`,
      "application/vnd.puppet.rich+json; charset=utf-8",
      "rich",
      true,
    ],
    [
      "8",
      "application/vnd.puppet.rich+json, application/json",
      `${factsIn("application%2Fjson")}&${common}&check_environment=true&${checksums}`,
      "application/vnd.puppet.rich+json; charset=utf-8",
      "rich",
      true,
    ],
  ])("%s gets what it can read", async (_, Accept, body, type, content, isStatic) => {
    const { send, asked, submitted } = await house();
    const headers = { ...form, Accept };
    const answer = await send("POST", `${PATH}?environment=production`, { peer, headers, body });
    expect([answer.status, answer.type]).toEqual([200, type]);
    const said = JSON.parse(answer.text);
    expect(said.resources[0].parameters.content).toEqual(content === "rich" ? semver : content);
    expect("metadata" in said).toBe(isStatic);
    if (isStatic) expect(said.metadata["/a"].checksum.type).toBe("md5");
    expect([asked[0]?.facts, submitted.length]).toEqual([facts.values, 1]);
  });
});

describe("a static catalog", () => {
  const asks = { static_catalog: "true", checksum_type: "sha256.sha384.sha512.sha224.md5" };

  it("is for who asks for one", async () => {
    const { ask } = await house();
    const said = JSON.parse((await ask(asks)).text);
    expect(Object.keys(said).slice(-2)).toEqual(["metadata", "recursive_metadata"]);
    expect(said.metadata["/a"]).toMatchObject({ content_uri: "puppet:///modules/lab/files/one.txt" });
    expect(said.code_id).toBe("1");
  });

  it.each([[{}], [{ static_catalog: "false", checksum_type: "md5" }], [{ static_catalog: "true" }]])(
    "is for nobody else: %j",
    async (said) => {
      const { ask } = await house();
      expect(JSON.parse((await ask(said as Record<string, string>)).text)).not.toHaveProperty("metadata");
    },
  );

  it("is none where the environment says so", async () => {
    const { ask, environments } = await house();
    environments.deploy("production", { "environment.conf": "static_catalogs = false\n" });
    expect(JSON.parse((await ask(asks)).text)).not.toHaveProperty("metadata");
    environments.deploy("production", { "environment.conf": "static_catalogs = true\n" });
    expect(JSON.parse((await ask(asks)).text)).toHaveProperty("metadata");
  });

  it("is none where nothing was deployed", async () => {
    const { ask } = await house({ settings: { "puppet.environment": "later" } });
    expect(JSON.parse((await ask(asks)).text)).not.toHaveProperty("metadata");
  });

  it("is refused where there is no common checksum", async () => {
    const { ask } = await house();
    const answer = await ask({ ...asks, checksum_type: "blake3" });
    expect(answer.status).toBe(500);
    expect(answer.text).toContain("Unable to find a common checksum type between agent 'blake3'");
  });
});

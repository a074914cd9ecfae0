import { describe, expect, it } from "vitest";
import { authority, signerOf } from "./folder.test.helper.js";
import { files, importChanged } from "./import.test.helper.js";

describe("the next serial", () => {
  const next = async (change: Readonly<Record<string, string>>, without: readonly string[] = []) => {
    const { imported, findings } = await importChanged(change, without);
    return [imported?.nextSerial, ...findings.filter(({ file }) => file === "serial").map(({ text }) => text)];
  };

  it.each([
    ["0006", [6n]],
    ["00FF\n", [255n]],
    ["0003", [6n, "It says 0003, which was given out; the next is above 0005."]],
    ["x", [6n, "It holds no serial; the next one is one above the highest that is known."]],
    ["", [6n, "It holds no serial; the next one is one above the highest that is known."]],
  ])("is above every one that is known: %j", async (serial, expected) => {
    expect(await next({ serial })).toEqual(expected);
  });

  const HIGH = "Serials above 7FFFFFFFFFFFFFFF cannot be continued.";

  it.each(["8000000000000000", "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"])(
    "is not continued from %s, which is an error",
    async (serial) => {
      expect(await next({ serial })).toEqual([undefined, HIGH]);
      const { findings } = await importChanged({ serial });
      expect(findings).toContainEqual({ level: "error", file: "serial", text: HIGH });
    },
  );

  it("may be the last one, and is none after it", async () => {
    expect(await next({ serial: "7FFFFFFFFFFFFFFF" })).toEqual([2n ** 63n - 1n]);
    const line = "0x7FFFFFFFFFFFFFFF 2020-01-01T00:00:00UTC 2021-01-01T00:00:00UTC /CN=last\n";
    expect(await next({ "inventory.txt": files["inventory.txt"] + line })).toEqual([
      undefined,
      expect.any(String),
      HIGH,
    ]);
  });

  it.each(["8000000000000000", "F".repeat(40)])(
    "is not raised by a line of the inventory that says %s",
    async (high) => {
      const line = `0x${high} 2020-01-01T00:00:00UTC 2021-01-01T00:00:00UTC /CN=junk\n`;
      const change = { "inventory.txt": files["inventory.txt"] + line };
      const text = `${HIGH} 1 that were given out are passed over, the first is ${high}.`;
      expect(await next(change)).toEqual([6n, text]);
      const { imported, findings } = await importChanged(change);
      expect(findings).toContainEqual({ level: "warning", file: "serial", text });
      // It can be revoked all the same.
      expect(imported?.certificates.at(-1)).toMatchObject({ serial: high, name: "junk" });
      expect(await next(change, ["serial"])).toEqual([6n, text, expect.stringContaining("It is missing")]);
    },
  );

  it("is not raised by a list or a CA of another tool's serials", async () => {
    const { list } = signerOf(await authority());
    const [, root = ""] = (files["ca_crl.pem"] ?? "").split(/(?<=-----END X509 CRL-----\n)/);
    const high = 2n ** 150n + 1n;
    expect(await next({ "ca_crl.pem": (await list(8n, [2n, 3n, high])) + root })).toEqual([
      6n,
      `${HIGH} 1 that were given out are passed over, the first is ${high.toString(16).toUpperCase()}.`,
    ]);
  });

  it("is found without the file, also from the list alone", async () => {
    expect(await next({}, ["serial"])).toEqual([
      6n,
      "It is missing; the next serial is one above the highest that is known.",
    ]);
    const { list } = signerOf(await authority());
    const [, root = ""] = (files["ca_crl.pem"] ?? "").split(/(?<=-----END X509 CRL-----\n)/);
    expect(await next({ "ca_crl.pem": (await list(7n, [0x1000n])) + root })).toEqual([0x1001n, expect.any(String)]);
  });
});

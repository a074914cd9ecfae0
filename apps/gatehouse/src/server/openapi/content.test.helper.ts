import { expect, it } from "vitest";
import type { DocumentedSite } from "./site.test.helper.js";

/** Keys, tokens, content, documents and environments. */
export function content({ admin }: DocumentedSite): void {
  it("keys, tokens and content come and go", async () => {
    await admin("POST", "/enrolment-keys/dsc", { name: "fleet" });
    await admin("GET", "/enrolment-keys/dsc");
    await admin("DELETE", "/enrolment-keys/dsc/fleet");
    await admin("POST", "/tokens", { name: "ci", role: "viewer" });
    expect((await admin("GET", "/tokens")).json.tokens).toHaveLength(4);
    await admin("DELETE", "/tokens/ci");
    const mof = 'instance of OMI_ConfigurationDocument { Version="2.0.0"; };';
    expect((await admin("POST", "/artifacts/dsc-configuration?file=Web.mof", mof)).status).toBe(201);
    await admin("GET", "/artifacts/dsc-configuration");
    await admin("GET", "/artifacts/dsc-configuration/Web/versions");
    expect((await admin("PUT", "/artifacts/dsc-configuration/Web/channels/current", { version: 1 })).status).toBe(200);
  });

  it("documents are applied, with the content that they name", async () => {
    const mof = 'instance of OMI_ConfigurationDocument { Version="2.0.1"; };';
    const staged = await admin("POST", "/apply/files", mof);
    expect(staged.status).toBe(201);
    const small = await admin("POST", "/apply/small-files", { files: [Buffer.from(mof).toString("base64"), ""] });
    expect(small).toMatchObject({ status: 201, json: { files: [staged.json, { size: 0 }] } });
    const sha256s = [staged.json.sha256, "00".repeat(32)];
    expect((await admin("POST", "/apply/missing-files", { sha256s })).json).toEqual({ missing: ["00".repeat(32)] });
    const body = {
      documents: [{ kind: "Configuration", name: "Applied", spec: { file: "a.mof" } }],
      files: { "a.mof": staged.json },
    };
    const change = { action: "create", kind: "Configuration", name: "Applied", fields: [], note: null };
    const answer = { set: "default", dryRun: false, changes: [change], unchanged: 0, warnings: [] };
    expect((await admin("POST", "/apply", body)).json).toEqual(answer);
    expect((await admin("GET", "/apply/schema")).json.definitions.Configuration).toMatchObject({ type: "object" });
  });

  it("an environment is deployed, listed, rolled back and withdrawn", async () => {
    const { sha256, size } = (await admin("POST", "/apply/files", "# nothing\n")).json;
    const file = { type: "file", path: "site.pp", mode: 0o644, mtime: 1_763_700_000, size, sha256 };
    const folder = { type: "directory", path: "manifests", mode: 0o755, mtime: 1_763_700_000 };
    const deploy = (...entries: object[]) => admin("PUT", "/environments/production", { entries });
    expect(await deploy(file)).toMatchObject({ status: 201, json: { version: 1, changed: true } });
    expect(await deploy({ ...file, mtime: 5 })).toMatchObject({ status: 200, json: { version: 1, changed: false } });
    expect((await deploy(file, folder)).json).toEqual({ name: "production", version: 2, changed: true });
    expect((await admin("POST", "/environments/production/rollback", {})).json).toMatchObject({ version: 1 });
    const summary = { name: "production", deployedBy: "the-admin", files: 1, bytes: size };
    expect((await admin("GET", "/environments/production/versions")).json.versions).toMatchObject([
      { ...summary, version: 2, current: false },
      { ...summary, version: 1, current: true },
    ]);
    expect((await admin("GET", "/environments")).json.environments).toMatchObject([{ ...summary, version: 1 }]);
    expect((await admin("DELETE", "/environments/production")).status).toBe(204);
    expect((await admin("DELETE", "/environments/production")).status).toBe(404);
  });
}

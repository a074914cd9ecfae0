import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CI_EXAMPLE, EXAMPLE } from "./environments.js";
import { machineFacts } from "./facts.js";
import { type OwnCompiler, ruby, startOurs } from "./ours.js";

const CERTNAME = "anyone.example.org";

describe.skipIf(ruby === undefined)(
  `environments of the examples, with ${ruby?.library} ${ruby?.libraryVersion}`,
  () => {
    let home: string;
    let ours: OwnCompiler;
    beforeAll(async () => {
      home = mkdtempSync(path.join(tmpdir(), "gatehouse-code-"));
      ours = await startOurs();
    });
    afterAll(async () => {
      await ours?.close();
      rmSync(home, { recursive: true, force: true });
    });
    const compiled = async (folder: string, parameters: Record<string, string>) => {
      await ours.deploy("production", folder);
      const facts = await machineFacts(CERTNAME, home);
      return ours.catalog({ certname: CERTNAME, environment: "production", facts, parameters });
    };

    it("compile without a warning, for a node of no group too", async () => {
      for (const folder of [EXAMPLE, CI_EXAMPLE])
        expect(await compiled(folder, {})).toMatchObject({ error: undefined, logs: [] });
    });

    it("say what a node is for, where a group does", async () => {
      expect((await compiled(CI_EXAMPLE, { purpose: "ci" })).catalog).toContain(`${CERTNAME} is here for ci.`);
      expect((await compiled(CI_EXAMPLE, {})).catalog).toContain(`${CERTNAME} is here for nothing in particular.`);
    });
  },
);

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasPuppetserver } from "../puppetserver.js";
import { type Tree, writeTree } from "../run-site.js";
import { allOrNone } from "./all-or-none.js";
import { differencesOf } from "./differences.js";
import { machineFacts } from "./facts.js";
import { FAILURES, MENDED, RUBY_FAILURES } from "./failures.js";
import { type OwnCompiler, ruby, startOurs } from "./ours.js";
import { startPeer } from "./peer.js";
import { said, saidByPeer } from "./said.js";
import type { Answered, CodeServer } from "./types.js";

const skip = ruby === undefined || !hasPuppetserver;
const note = skip ? " (needs puppet and puppetserver)" : "";
const CERTNAME = "failing.example.org";

describe.skipIf(skip)(`code that fails says what puppetserver says${note}`, () => {
  let home: string;
  let peer: CodeServer;
  let ours: OwnCompiler;
  beforeAll(async () => {
    home = mkdtempSync(path.join(tmpdir(), "gatehouse-code-"));
    [peer, ours] = await allOrNone([startPeer(), startOurs()]);
  }, 300_000);
  afterAll(async () => {
    await Promise.all([peer?.close(), ours?.close()]);
    rmSync(home, { recursive: true, force: true });
  });

  const answersTo = async (tree: Tree): Promise<[Answered, Answered]> => {
    const folder = mkdtempSync(path.join(home, "environment-"));
    writeTree(folder, tree);
    const asked = { certname: CERTNAME, environment: "failing", facts: await machineFacts(CERTNAME, home) };
    const answer = async (server: CodeServer) => {
      await server.deploy("failing", folder);
      return server.catalog(asked);
    };
    return [await answer(peer), await answer(ours)];
  };
  const expectMended = async () => {
    const [there, here] = await answersTo(MENDED);
    expect([there.error, here.error]).toEqual([undefined, undefined]);
    const placed = ({ catalog = "", folder }: Answered) => ({ catalog, folder });
    expect(differencesOf(placed(there), placed(here))).toEqual([]);
  };

  it.each(Object.entries(FAILURES))("%s, and the mended version compiles", async (_what, tree) => {
    const [there, here] = await answersTo(tree);
    expect(there.error).toBeDefined();
    expect(said(here)).toBe(saidByPeer(there));
    await expectMended();
  });

  it.each(Object.entries(RUBY_FAILURES))("%s: no catalog, and the mended version compiles", async (_what, tree) => {
    const [there, here] = await answersTo(tree);
    expect(there.error).toBeDefined();
    expect(said(here)).toMatch(/\S.* on node failing\.example\.org$/s);
    await expectMended();
  });
});

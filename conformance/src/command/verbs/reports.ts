import { describe, expect, it } from "vitest";
import { withDatabase } from "../../database.js";
import { type Fleet, reportBody } from "../fleet.js";
import type { VerbsSite } from "./site.js";

/** What no route would take, and only a later version may understand. */
const POISON = Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x0a]);

/** Puts a submission into the inbox that no processing understands. @returns its id */
async function poison({ server }: Fleet, agentId: string): Promise<string> {
  const id = await withDatabase(server.site, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `with agent as (select agent_id from agent_aliases where value_key = $1),
            stored as (insert into submissions (agent_id, kind, coding, size, body)
                       select agent_id, 'dsc.never-heard-of', 'identity', $2, $3 from agent
                       returning id, accepted_at, agent_id, kind, size)
       insert into inbox (id, accepted_at, agent_id, kind, size) select * from stored returning id`,
      [agentId, POISON.length, POISON],
    );
    return String(rows[0]?.id);
  });
  await refused(server, id);
  return id;
}

/** Until a submission is among the dead letters, after so many redrives. */
const refused = (server: Fleet["server"], id: string, redrives = 0) =>
  expect
    .poll(async () => (await server.api("GET", `/dead-letters/${id}`)).body.toString(), { timeout: 60_000 })
    .toContain(`"redrives":${redrives}`);

/** `gatehouse report` and `gatehouse dead-letter`. */
export function reportVerbs(site: VerbsSite): void {
  const { done, fleet, here, json } = site;

  describe("report", () => {
    const runs = async (...filter: string[]) =>
      (await json("report", "list", ...filter)).reports.map(({ run }: { run: string }) => run.toLowerCase());

    it("list shows them, newest first, and narrows", async () => {
      expect(await runs()).toEqual([fleet().jobs[2], fleet().jobs[1], fleet().jobs[0]]);
      expect(await runs("--node", "ALPHA")).toEqual([fleet().jobs[1], fleet().jobs[0]]);
      expect(await runs("--node", fleet().beta)).toEqual([fleet().jobs[2]]);
      expect(await runs("--status", "failure", "--protocol", "dsc")).toEqual([fleet().jobs[1]]);
      expect(await runs("--protocol", "puppet")).toEqual([]);
      expect(await runs("--since", "1h")).toHaveLength(3);
      expect(await runs("--until", "1h")).toEqual([]);
      expect(await runs("--since", "2020-01-01", "--until", "2020-01-02T10:00Z")).toEqual([]);
      expect(await done("report", "list")).toMatch(/ALPHA +failure +Consistency +1 failed, 1 ok +1 /);
      const { next } = await json("report", "list", "--limit", "2");
      expect(await runs("--after", next)).toEqual([fleet().jobs[0]]);
      expect(await runs("--all")).toHaveLength(3);
    });

    it("show tells how it went, and its bytes as they came", async () => {
      const [{ id }] = (await json("report", "list", "--status", "failure")).reports;
      const text = await done("report", "show", id);
      expect(text).toMatch(/^status +failure$/m);
      expect(text).toMatch(/1 error\n {2}\[File\]Bad It broke\./);
      expect(text).toMatch(/failed +\[File\]Bad [\s\S]*ok +\[File\]Good /);
      expect(await json("report", "show", id)).toMatchObject({ id, nodeName: "ALPHA", status: "failure" });
      const raw = await here("report", "show", id, "--raw");
      expect(raw).toMatchObject({
        code: 0,
        out: reportBody(fleet().jobs[1], true),
        err: expect.stringMatching(/^submission \d+, /),
      });
    });

    it("events are its resources' lines", async () => {
      const [{ id }] = (await json("report", "list", "--status", "failure")).reports;
      const { events } = await json("report", "events", id);
      expect(
        events.map(({ resource: name, status }: Record<string, string>) => `${name} ${status}`).toSorted(),
      ).toEqual(["[File]Bad failed", "[File]Good ok"]);
      const first = await json("report", "events", id, "--limit", "1");
      expect((await json("report", "events", id, "--after", first.next)).events).toHaveLength(1);
      expect(await done("report", "events", id, "--all")).toMatch(/failed +\[File\]Bad/);
      expect(await here("report", "events", "999999")).toMatchObject({
        code: 1,
        err: expect.stringContaining("no report"),
      });
    });
  });

  describe("dead-letter", () => {
    it("list, show, redrive and discard", async () => {
      expect(await done("dead-letter", "list")).toMatch(/^There are no dead letters/);
      const [id, other] = [await poison(fleet(), fleet().alpha), await poison(fleet(), fleet().beta)];
      expect(await done("dead-letter", "list")).toMatch(new RegExp(`dsc\\.never-heard-of.* ${id}\n`));
      const first = await json("dead-letter", "list", "--limit", "1");
      expect(first.deadLetters.map((letter: { id: string }) => letter.id)).toEqual([other]);
      expect((await json("dead-letter", "list", "--after", first.next)).deadLetters).toHaveLength(1);
      expect(await json("dead-letter", "show", id)).toMatchObject({
        id,
        nodeName: "ALPHA",
        kind: "dsc.never-heard-of",
      });
      expect(await done("dead-letter", "show", id)).toMatch(/^why +\S+: .+$/m);
      expect((await here("dead-letter", "show", id, "--raw")).bytes.equals(POISON)).toBe(true);
      expect(await done("status")).toMatch(/dead letters +2: gatehouse dead-letter list/);
      expect(await done("doctor")).toMatch(/warning +dead-letters +2 submissions were refused/);

      expect(await done("dead-letter", "redrive", id)).toContain(`${id} is put back`);
      await refused(fleet().server, id, 1);
      expect(await json("dead-letter", "redrive", "--all")).toEqual({ redriven: 2 });
      await refused(fleet().server, id, 2);
      await refused(fleet().server, other, 1);

      expect(await here("dead-letter", "discard", id)).toMatchObject({
        code: 2,
        err: expect.stringContaining("--yes"),
      });
      expect(await json("dead-letter", "discard", id, "--yes")).toEqual({ ok: true });
      expect(await here("dead-letter", "show", id)).toMatchObject({ code: 1 });
      expect(await done("dead-letter", "discard", other, "--yes")).toBe(`${other} is gone.\n`);
      expect(await done("dead-letter", "redrive", "--all")).toBe("There was none.\n");
    });
  });
}

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type InventoryHouse, startHouse } from "../inventory/house.js";
import { configFault, jobsFault } from "./lives-with.js";
import { prepared, type RecordedWorld } from "./recorded-world.js";
import { actionOf, attributesOf, type Exchange, recordings, unpacked } from "./recordings.js";
import { fileOf, sendAgain, sha512 } from "./replay.js";

const LOGIN = "fleet";
/** How the jobs of these ended; all others well. */
const ends = new Map([
  ["fi-deploy-check-fail.json", "ko"],
  ["fi-deploy-parts-missing.json", "ko"],
]);

interface Given {
  readonly schedule?: readonly { readonly remote: string }[];
  readonly jobs?: readonly { readonly uuid: string; readonly _sid?: number }[];
  readonly associatedFiles?: Readonly<Record<string, { mirrors: readonly string[]; multiparts: readonly string[] }>>;
  readonly token?: string;
}

const jsonOf = (text: string) => JSON.parse(text) as Given;

/** One agent of a recording in front of this gateway: it goes on with what it is told here. */
class Replayed {
  readonly #world: RecordedWorld;
  readonly #words: Map<string, string>;
  readonly #https: string;
  readonly #login: string;
  /** Parts as they were served here. */
  readonly parts = new Map<string, Buffer>();
  #remote = "";
  #given: Given = {};

  constructor(world: RecordedWorld, https: string, login: string) {
    this.#world = world;
    this.#words = new Map(world.words);
    this.#https = https;
    this.#login = login;
  }

  /** Sends it again, and looks whether the recorded agent could go on with the answer. */
  async send(exchange: Exchange): Promise<void> {
    const where = this.#pathOf(exchange);
    if (where === undefined) return;
    if (tokenIn(exchange) !== undefined)
      this.#words.set(`_glpi_csrf_token=${tokenIn(exchange)}`, `_glpi_csrf_token=${this.#given.token}`);
    const answer = await sendAgain(exchange, this.#https, where, this.#words, this.#login);
    const text = unpacked(answer.body).toString();
    expect([where, answer.status, text.slice(0, 300)]).toEqual([where, exchange.answer.status, expect.any(String)]);
    const action = actionOf(exchange);
    if (this.#partOf(exchange) !== -1) {
      if (answer.status === 200) {
        expect(where).toContain(sha512(answer.body));
        this.parts.set(where, answer.body);
      }
    } else if (action === "getConfig") this.#configured(jsonOf(text));
    else if (action === "getJobs") this.#handed(jsonOf(text), jsonOf(exchange.answer.body.toString()));
    else if (action !== "") {
      expect(jsonOf(text)).toEqual(expect.any(Object));
      if (jsonOf(exchange.answer.body.toString()).token !== undefined) this.#given = jsonOf(text);
    } else if (exchange.answer.body.includes("<OPTION>")) this.#asked(text, exchange.answer.body.toString());
  }

  #configured(answer: Given): void {
    expect(configFault(answer, this.#world.handed.task)).toBeUndefined();
    this.#remote = answer.schedule?.[0]?.remote ?? "";
    expect(new URL(this.#remote).origin).toBe(this.#https);
  }

  #handed(answer: Given, recorded: Given): void {
    const { handed, jobs } = this.#world;
    expect(jobsFault(answer, handed.task)).toBeUndefined();
    expect(new Set(answer.jobs?.map(({ uuid }) => uuid))).toEqual(new Set([...jobs.values()].map(({ id }) => id)));
    this.#given = answer;
    // The n-th step of a job there is the n-th of it here.
    for (const [uuid, { id }] of jobs) {
      const here = (answer.jobs ?? []).filter((job) => job.uuid === id);
      const there = (recorded.jobs ?? []).filter((job) => job.uuid === uuid);
      for (const [n, { _sid }] of there.entries())
        if (_sid !== undefined) this.#words.set(`_sid=${_sid}`, `_sid=${here[n]?._sid}`);
    }
  }

  #asked(text: string, recorded: string): void {
    const { handed, jobs } = this.#world;
    expect(attributesOf(text, "PARAM")).toMatchObject([...jobs.values()].map(({ number }) => ({ PID: `${number}` })));
    for (const { secret } of handed.credentials.values()) expect(text).toContain(`"${secret}"`);
    // Devices come back under the numbers that they were given.
    const here = attributesOf(text, "DEVICE");
    for (const [n, { ID }] of attributesOf(recorded, "DEVICE").entries())
      this.#words.set(`<ID>${ID}`, `<ID>${here[n]?.["ID"]}`);
  }

  #partOf({ url }: Exchange): number {
    return this.#world.handed.parts.findIndex((hash) => url.href.includes(hash));
  }

  /** Undefined for what there is not here: the file is cut into fewer parts. */
  #pathOf(exchange: Exchange): string | undefined {
    const { pathname, search } = exchange.url;
    const part = this.#partOf(exchange);
    const isMirror = part !== -1 && actionOf(exchange) === "";
    const [file] = Object.values(this.#given.associatedFiles ?? {});
    // A part that is nowhere is asked for as it was.
    if (part !== -1 && exchange.answer.status === 200) {
      const hash = file?.multiparts[part];
      if (hash === undefined) return undefined;
      const address = `${hash.slice(0, 1)}/${hash.slice(0, 2)}/${hash}`;
      return isMirror
        ? `${new URL(file?.mirrors[0] ?? "").pathname}${address}`
        : `${new URL(this.#remote).pathname}?action=getFilePart&file=/${address}`;
    }
    if (isMirror) return `${new URL(file?.mirrors[0] ?? "").pathname}${pathname.replace("/mirror/", "")}`;
    return pathname.startsWith("/b/") ? `${new URL(this.#remote).pathname}${search}` : `${pathname}${search}`;
  }
}

const tokenIn = ({ text }: Exchange): string | undefined => /_glpi_csrf_token=([^&]*)/.exec(text)?.[1];

describe.skipIf(recordings.length === 0)("work that real agents did, done again with this gateway", () => {
  let house: InventoryHouse;
  let login: string;
  beforeAll(async () => {
    house = await startHouse();
    const { secret } = await house.json<{ secret: string }>("enrolment", "login", "add", LOGIN, "--kind", "basic");
    login = `${LOGIN}:${secret}`;
  });
  afterAll(() => house?.close());

  it.each(recordings)("is handed over, told and ended: %s", async (file) => {
    const world = await prepared(house, file, login);
    const agent = new Replayed(world, house.gateway.https, login);
    for (const exchange of world.exchanges) await agent.send(exchange);
    if (agent.parts.size > 0) expect(sha512(fileOf([...agent.parts.values()]))).toBe(sha512(world.content));
    for (const [, { id }] of world.jobs) expect(await world.stateOf(id)).toBe(ends.get(file) ?? "ok");
  });

  it("leaves nothing undone", async () => {
    expect(await house.json("dead-letter", "list")).toMatchObject({ deadLetters: [] });
    expect(house.gateway.log()).not.toMatch(/"level":"error"/);
  });
});

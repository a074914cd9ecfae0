import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NEED_COMPILER, NOT_RUN } from "./not-run.js";
import { blocksOf, commandsOf, filesOf, pagesToRun, ROOT } from "./pages.js";
import { startWorld, WAITING, type World } from "./world.js";

const pages = pagesToRun();
const reference = readFileSync(path.join(ROOT, "docs/reference/command.md"), "utf8");
/** The help of each verb, as the command prints it: the reference is held to that by a test of its own. */
const helps = new Map(
  reference
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf("\n")), blocksOf(text)[0]?.text ?? ""]),
);

const reasonOf = (line: string) => Object.keys(NOT_RUN).find((beginning) => line.startsWith(beginning));

/** What of a line the command would not understand: its verb, or options that its help does not name. */
function unknownIn(line: string): readonly string[] {
  const words = line
    .replace(/ +#.*$/, "")
    .split(" ")
    .slice(1);
  const verb = [...helps.keys()]
    .filter((name) => `${words.join(" ")} `.startsWith(`${name} `))
    .sort((a, b) => b.length - a.length)[0];
  if (verb === undefined) return [line];
  const known = new Set(`${helps.get(verb)} ${helps.get("gatehouse")}`.match(/(?<![\w-])--?[a-z][a-z-]*/g));
  return words.map((word) => word.split("=")[0] ?? "").filter((word) => /^--?[a-z]/.test(word) && !known.has(word));
}

describe("commands of the pages", () => {
  let world: World;
  // The same line does the same on every page; a second time many would only find that it is done.
  const done = new Map<string, { code: number | null; err: string }>();
  beforeAll(async () => {
    world = await startWorld(pages);
  });
  afterAll(() => world?.close());

  for (const { name, text } of pages) {
    const lines = commandsOf(text);
    if (lines.length === 0) continue;
    describe(name, () => {
      it.each(lines)("%s", async (line) => {
        const compiles = world.compiles || !NEED_COMPILER.some((beginning) => line.startsWith(beginning));
        if (reasonOf(line) !== undefined || !compiles) return expect(unknownIn(line)).toEqual([]);
        const plain = line
          .replace(/ +#.*$/, "")
          .replace(/\bDEVICEID\b/, world.deviceId)
          .replaceAll(/ \/(etc\/gatehouse|etc\/puppetlabs\/puppet|backups)\//g, " ./$1/")
          .replace("ca sign web01.example.org", `ca sign ${WAITING}`);
        const known = done.get(plain);
        if (known !== undefined) return expect(known).toMatchObject({ code: 0 });
        const here = /\bID\b/.test(plain) ? plain.replace(/\bID\b/, await world.idFor(plain)) : plain;
        const { code, err } = await world.run(here);
        done.set(plain, { code, err });
        expect(code, err).toBe(0);
      });
    });
  }

  it("are on most pages, and what is not run is few, each for a reason", () => {
    const all = pages.flatMap(({ text }) => commandsOf(text));
    expect(all.length).toBeGreaterThan(100);
    expect(Object.keys(NOT_RUN).filter((beginning) => !all.some((line) => line.startsWith(beginning)))).toEqual([]);
  });
});

describe("pages are read", () => {
  it("commands, in blocks, in lists, with continued lines, as a clone calls them", () => {
    const text = [
      ...["```", "gatehouse status  # all", "ls", "$ gatehouse node list", "```", "gatehouse no", "1. x", ""],
      ...[
        "   ```sh",
        "   npm run -s gatehouse -- dsc list \\",
        "     --json",
        "   ```",
        "```powershell",
        "gatehouse no",
        "```",
      ],
    ].join("\n");
    expect(commandsOf(text)).toEqual(["gatehouse status  # all", "gatehouse node list", "gatehouse dsc list --json"]);
  });
  it("files", () => {
    expect(filesOf("```yaml\n# a.yaml\nb: 1\n```\n```yaml\nc: 2\n```\n")).toEqual([
      { name: "a.yaml", text: "# a.yaml\nb: 1\n" },
    ]);
  });
  it("verbs and options that there are not are found", () => {
    expect(unknownIn("gatehouse serve --ephemeral --appply x   # --why")).toEqual(["--appply"]);
    expect(unknownIn("gatehouse serv --x")).toEqual(["gatehouse serv --x"]);
    expect(unknownIn("gatehouse --data DIR ca import DIR --dry-run")).toEqual([
      "gatehouse --data DIR ca import DIR --dry-run",
    ]);
  });
});

import { expect, it } from "vitest";
import { run } from "./program.js";

async function printed(...args: string[]): Promise<{ code: number; text: string }> {
  let text = "";
  const write = (part: string | Uint8Array) => {
    text += part.toString();
  };
  return { code: await run(args, { env: {}, out: write, warn: write }), text };
}

const help = await printed("--help");
const names = [...(help.text.split("Commands:")[1] ?? "").matchAll(/^ {2}([a-z-]+) /gm)].map(
  ([, name]) => name as string,
);

it("its help has all commands", () => {
  expect(help.code).toBe(0);
  expect(names.slice(0, 3)).toEqual(["serve", "migrate", "apply"]);
  expect(names.length).toBeGreaterThan(25);
});

it.each([
  ["--help", "node"],
  ["--json", "-h", "status"],
])("its help has all commands also before one: %s %s", async (...args) => {
  expect((await printed(...args)).text).toBe(help.text);
});

it.each(names.filter((name) => name !== "help"))("%s is found where only its own modules are loaded", async (name) => {
  const { code, text } = await printed(name, "--help");
  expect(code).toBe(0);
  expect(text).toMatch(new RegExp(`^Usage: gatehouse ${name} `));
});

it.each([
  [["--data", "serve", "nod", "list"], "Did you mean node?"],
  [["--json", "stats"], "Did you mean status?"],
  [["__proto__"], "unknown command '__proto__'"],
])("%j is told what there is", async (args, said) => {
  const { code, text } = await printed(...args);
  expect(code).toBe(2);
  expect(text).toContain(said);
});

it.each([[["--data", "node", "config", "--help"]], [["--data=node", "--json", "config", "--help"]]])(
  "%j: the value of an option is no command",
  async (args) => {
    expect((await printed(...args)).text).toMatch(/^Usage: gatehouse config /);
  },
);

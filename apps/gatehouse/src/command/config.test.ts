import { expect, it } from "vitest";
import { run } from "./program.js";

async function gatehouse(args: string[], env: NodeJS.ProcessEnv) {
  let [out, err] = ["", ""];
  const code = await run(args, {
    env,
    out: (text) => {
      out += text;
    },
    warn: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

it.each([
  ["postgresql://gate:S3CRET@db.example:5432/gatehouse", "db.example:5432/gatehouse"],
  ["postgresql://gate:S3CRET@S3CRET@db.example/gatehouse", "db.example/gatehouse"],
  ["postgresql://gate:S3CRET%2FS3CRET@db.example/gatehouse?sslmode=require", "sslmode=require"],
  ["postgresql://gate@db.example/gatehouse?password=S3CRET&sslmode=require", "sslmode=require"],
  ["postgresql://db.example/gatehouse?user=gate&Password=S3CRET", "db.example"],
])("config show prints %s without its password", async (DATABASE_URL, kept) => {
  const { code, out, err } = await gatehouse(["config", "show"], { DATABASE_URL });
  expect([code, err]).toEqual([0, ""]);
  expect(out).not.toContain("S3CRET");
  expect(JSON.parse(out).database.url).toContain(kept);
});

it("config show prints an address without a password as it is", async () => {
  const DATABASE_URL = "postgresql://gate@db.example/gatehouse";
  expect(JSON.parse((await gatehouse(["config", "show"], { DATABASE_URL })).out).database.url).toBe(DATABASE_URL);
  expect(JSON.parse((await gatehouse(["config", "show"], {})).out).database).toEqual({ poolSize: 10 });
});

it("config check says what is wrong, with the exit code of wrong use", async () => {
  expect(await gatehouse(["config", "check"], {})).toMatchObject({ code: 0, err: "" });
  const bad = await gatehouse(["config", "check"], { GATEHOUSE_LOG_LEVEL: "loud" });
  expect(bad).toMatchObject({ code: 2, out: "" });
  expect(bad.err).toContain("log.level");
});

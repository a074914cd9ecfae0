import { randomBytes } from "node:crypto";
import pg from "pg";

/** A migrated database that others are copied from. */
export interface Template {
  /** URL of the database that administrative statements run in. */
  readonly base: string;
  readonly name: string;
}

const newName = (what: string) => `gatehouse_${what}_${randomBytes(6).toString("hex")}`;

/** The same server, another database. */
export function urlFor(base: string, database: string): string {
  const url = new URL(base);
  url.pathname = `/${database}`;
  return url.toString();
}

async function administrate(base: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: base });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Makes and migrates the template. */
export async function createTemplate(base: string, migrate: (url: string) => Promise<void>): Promise<Template> {
  const name = newName("template");
  await administrate(base, `create database ${name}`);
  await migrate(urlFor(base, name));
  return { base, name };
}

export function dropTemplate(template: Template): Promise<void> {
  return administrate(template.base, `drop database if exists ${template.name} with (force)`);
}

/** A database of a test file's own. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** @param provided what the global set-up provides as `databaseUrl`; `empty`: without the schema */
export async function createTestDatabase(provided: string, options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const [base = "", template = ""] = provided.split("#");
  const name = newName("test");
  await administrate(base, options.empty ? `create database ${name}` : `create database ${name} template ${template}`);
  return { url: urlFor(base, name), drop: () => administrate(base, `drop database if exists ${name} with (force)`) };
}

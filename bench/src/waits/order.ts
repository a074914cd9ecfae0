import { createJobs, Database } from "@gatehouse/store";
import type { ClientConfig } from "pg";

/** What the agents are told to run. */
export const TASKS = ["inventory"];

/** An operator's word, as the gateway's API makes it an order: from another process than the one that agents wait at. */
export class Orders {
  readonly #db: Database;

  private constructor(db: Database) {
    this.#db = db;
  }

  static async open({ host, port, user, password, database }: ClientConfig): Promise<Orders> {
    const url = new URL(`postgresql://localhost:${port}/${database}`);
    url.username = user ?? "";
    url.password = typeof password === "string" ? password : "";
    // A folder of sockets is no host of a URL.
    url.searchParams.set("host", host ?? "");
    return new Orders(await Database.open({ url: url.href }));
  }

  /** Resolves once the order is made. */
  async wakeAll(): Promise<void> {
    const nodes = await this.#db.run<{ id: string }>("select id from nodes order by name");
    const { jobs } = await createJobs(this.#db).create(
      { work: { task: "wake", spec: { tasks: TASKS } }, target: { nodes: nodes.map(({ id }) => id) } },
      "bench",
    );
    if (jobs !== nodes.length) throw new Error(`${jobs} of ${nodes.length} agents are to be woken`);
  }

  close(): Promise<void> {
    return this.#db.close();
  }
}

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

  /** @returns the order's id, once it is made */
  async wakeAll(): Promise<string> {
    const nodes = await this.#db.run<{ id: string }>("select id from nodes order by name");
    const { order, jobs } = await createJobs(this.#db).create(
      { work: { task: "wake", spec: { tasks: TASKS } }, target: { nodes: nodes.map(({ id }) => id) } },
      "bench",
    );
    if (jobs !== nodes.length) throw new Error(`${jobs} of ${nodes.length} agents are to be woken`);
    return order.id;
  }

  /** Nobody is to be woken any more. */
  async cancel(orderId: string): Promise<void> {
    await createJobs(this.#db).cancel({ orderId }, "bench");
  }

  close(): Promise<void> {
    return this.#db.close();
  }
}

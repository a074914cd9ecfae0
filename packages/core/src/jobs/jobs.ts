import type {
  CreatedOrder,
  JobCounts,
  JobEventPage,
  JobFilter,
  JobOrder,
  JobPage,
  JobView,
  NewOrder,
  OrderPage,
} from "./types.js";

/** Port: jobs as operators handle them. */
export interface Jobs {
  /**
   * Makes an order with its jobs, all or nothing: for each active node the agent that can do the task and was seen last.
   * 50,000 nodes take some seconds.
   * @throws not-found for a group, package, version or credential that is not there; conflict for a name that is taken;
   *   request-malformed for what {@link orderFault} finds, and for credentials of another kind
   */
  create(order: NewOrder, by: string): Promise<CreatedOrder>;
  /** Newest first. @throws request-malformed for a foreign cursor */
  orders(page: { limit: number; after?: string }): Promise<OrderPage>;
  /** @param reference an id or a name */
  order(reference: string): Promise<JobOrder | undefined>;
  /** Newest first. @throws request-malformed for a foreign cursor */
  list(filter: JobFilter, page: { limit: number; after?: string }): Promise<JobPage>;
  find(id: string): Promise<JobView | undefined>;
  /** What was said of a job, in its order. @throws request-malformed for a foreign cursor */
  events(jobId: string, page: { limit: number; after?: string }): Promise<JobEventPage>;
  /**
   * Jobs that are open become cancelled: one that runs is not stopped by that, and what its agent says of it counts no more.
   * @returns how many
   */
  cancel(what: { readonly orderId: string } | { readonly jobId: string }, by: string): Promise<number>;
  /** @param endedSince from when on those that ended count */
  counts(endedSince: Date): Promise<JobCounts>;
  /** By name of the orders that have one, what tells an order from another of its name. */
  identities(): Promise<ReadonlyMap<string, string>>;
}

import { ApiProblem } from "@gatehouse/client";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What an operator means by a job's id, or by an order's name or id. @throws ApiProblem where it is neither */
export async function jobOrOrder<J, O>(
  reference: string,
  asJob: () => Promise<J>,
  asOrder: () => Promise<O>,
): Promise<J | O> {
  // Names of orders are no UUIDs.
  if (!UUID.test(reference)) return asOrder();
  try {
    return await asJob();
  } catch (thrown) {
    if (!(thrown instanceof ApiProblem) || thrown.code !== "not-found") throw thrown;
    return asOrder();
  }
}

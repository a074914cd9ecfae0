import { expect, it } from "vitest";
import { allOrNone } from "./all-or-none.js";

it("servers of which one does not start are closed, and why is told", async () => {
  const closed: string[] = [];
  const server = (name: string) => ({
    name,
    deploy: async () => undefined,
    catalog: async () => ({ catalog: undefined, error: undefined, folder: "", logs: [] }),
    close: async () => void closed.push(name),
  });
  const slow = new Promise<ReturnType<typeof server>>((resolve) => setTimeout(resolve, 50, server("slow")));
  await expect(allOrNone([slow, Promise.reject(new Error("no port"))])).rejects.toThrow("no port");
  expect(closed).toEqual(["slow"]);
  const [one] = await allOrNone([Promise.resolve(server("one"))]);
  expect([one.name, closed]).toEqual(["one", ["slow"]]);
});

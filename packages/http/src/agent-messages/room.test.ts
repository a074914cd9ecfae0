import { expect, it } from "vitest";
import { Room } from "./room.js";

it("lets in who fits, in the order of asking, and none before who waits", async () => {
  const room = new Room(10);
  const entered: number[] = [];
  const take = async (bytes: number) => {
    await room.take(bytes);
    entered.push(bytes);
  };
  const taken = [6, 5, 1, 4].map(take);
  await taken[0];
  expect(entered).toEqual([6]);
  room.giveBack(1);
  await Promise.all(taken.slice(0, 2));
  expect(entered).toEqual([6, 5]);
  room.giveBack(5);
  await Promise.all(taken);
  expect(entered).toEqual([6, 5, 1, 4]);
  room.giveBack(10);
  await room.take(10);
});

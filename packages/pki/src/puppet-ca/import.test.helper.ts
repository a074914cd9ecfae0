import { folderOf, NOW, usedFolder } from "./folder.test.helper.js";
import { importPuppetCa } from "./import.js";

export const DAY_MS = 86_400_000;

export type Change = Readonly<Record<string, string | undefined>>;

export const files = await usedFolder();

export const importChanged = (change: Change = {}, without: readonly string[] = []) => {
  const all = Object.entries({ ...files, ...change }).filter(([file]) => !without.includes(file));
  return importPuppetCa(folderOf(Object.fromEntries(all)), NOW);
};

import { existsSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { GatehouseError } from "@gatehouse/core/errors";

/**
 * What `work` writes, under its name (mode 0600) only when it is whole and on the disk.
 * @throws conflict where the file is there or cannot be written, or what `work` throws
 */
export async function writeWhole<T>(file: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  const target = path.resolve(file);
  refuseThere(target);
  const draft = `${target}.${process.pid}.part`;
  const handle = await opened(draft);
  try {
    const result = await work(handle);
    await handle.sync();
    await handle.close();
    refuseThere(target);
    await rename(draft, target);
    return result;
  } catch (thrown) {
    await handle.close();
    await rm(draft, { force: true });
    throw isOfDisk(thrown) ? unwritable(target, thrown) : thrown;
  }
}

const isOfDisk = (thrown: unknown): boolean =>
  ["ENOSPC", "EDQUOT", "EFBIG", "EIO"].includes(String((thrown as NodeJS.ErrnoException).code));

const unwritable = (file: string, thrown: unknown) =>
  new GatehouseError("conflict", `${file} cannot be written: ${(thrown as NodeJS.ErrnoException).code}.`, {
    cause: thrown,
  });

function refuseThere(file: string): void {
  if (existsSync(file)) throw new GatehouseError("conflict", `${file} is there: a backup replaces nothing.`);
}

async function opened(file: string): Promise<FileHandle> {
  try {
    return await open(file, "wx", 0o600);
  } catch (thrown) {
    throw unwritable(file, thrown);
  }
}

import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ENVIRONMENT } from "./requests.js";

/** Bytes of the file that is downloaded. */
export const FILE_BYTES = 5_000;
/** Files of the folder that is listed. */
export const TREE_FILES = 20;

/**
 * Writes the environment that both servers serve: a module with a file of 5 kB and a folder of files, and modules with
 * so many plugins together.
 * @returns the folder of environments, and the environment's own
 */
export function writeEnvironment(dir: string, plugins: number): { environments: string; production: string } {
  const environments = path.join(dir, "environments");
  const production = path.join(environments, ENVIRONMENT);
  const put = (file: string, content: string) => {
    const target = path.join(production, "modules", file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, content);
  };
  put("bench/files/page.html", "x".repeat(FILE_BYTES));
  for (let i = 0; i < TREE_FILES; i++) put(`bench/files/tree/part-${i % 4}/file-${i}.conf`, `setting = ${i}\n`);
  for (let i = 0; i < plugins; i++)
    put(`plugins${i % 40}/lib/puppet/functions/plugins${i % 40}/made_${i}.rb`, `# made up: ${i}\n`);
  return { environments, production };
}

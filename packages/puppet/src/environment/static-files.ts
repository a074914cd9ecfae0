import { ENVIRONMENTS, type FileMetadata } from "./metadata.js";

/** What an agent may fetch by code_id: files of a module, one level below the environment. */
const SERVED = /^[^/]+\/[^/]+\/(?:files|tasks|scripts|lib)\/.+$/;
/** What a static catalog tells it to fetch so. */
const INLINED = /^[^/]+\/[^/]+\/files\/.+$/;

/** Whether a path in an environment is one of those that static_file_content serves. */
export const isServedStatically = (path: string): boolean => SERVED.test(path);

/**
 * The content_uri of what a static catalog inlines: `puppet:///modules/lab/files/one.txt` (wire/puppet.md section 3.7).
 * @returns undefined for what is not inlined, its place not being one that static_file_content knows
 */
export function contentUriOf({ path, relative_path: relative }: FileMetadata): string | undefined {
  const whole = relative === null || relative === "." ? path : `${path}/${relative}`;
  const inside = whole.slice(ENVIRONMENTS.length + 1).replace(/^[^/]+\//, "");
  return INLINED.test(inside) ? `puppet:///${inside}` : undefined;
}

/**
 * The key of a `puppet:///` source for the file service: what comes behind the host, as it stands, for sources are not
 * percent-encoded. @returns undefined for any other
 */
export const keyOfSource = (source: string): string | undefined => /^puppet:\/\/[^/]*\/(.+)$/s.exec(source)?.[1];

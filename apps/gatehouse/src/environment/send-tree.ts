import { ApiProblem, type DeployedEnvironment } from "@gatehouse/client";
import { sendMissing } from "../apply/upload.js";
import type { Session } from "../command/context.js";
import type { ReadTree } from "./read-tree.js";

/** What a deployment did. */
export interface SentTree extends DeployedEnvironment {
  /** Files and bytes that went over the wire. */
  readonly sent: { readonly files: number; readonly bytes: number };
}

/**
 * Deploys a folder's tree over the API: what the gateway does not have, then the tree.
 * @throws ApiProblem for a refusal, CommandError when a file changed meanwhile
 */
export async function sendTree(session: Session, name: string, tree: ReadTree): Promise<SentTree> {
  const params = { path: { name } };
  const body = { entries: [...tree.entries] };
  const deploy = () => session.ask((api) => api.PUT("/environments/{name}", { params, body }));
  const { answer, sent } = await withFiles(session, tree, deploy);
  return { ...answer, sent };
}

/** Calls with what names a tree's files, or a package's, once the gateway has them. */
export async function withFiles<T>(
  session: Session,
  tree: Pick<ReadTree, "files">,
  call: () => Promise<T>,
  ofPackage?: string,
): Promise<{ readonly answer: T; readonly sent: SentTree["sent"] }> {
  const sent = await sendMissing(session, tree.files, ofPackage);
  try {
    return { answer: await call(), sent };
  } catch (thrown) {
    if (!(thrown instanceof ApiProblem) || thrown.code !== "conflict") throw thrown;
    // What was here when we asked may have been collected since.
    const again = await sendMissing(session, tree.files, ofPackage);
    const all = { files: sent.files + again.files, bytes: sent.bytes + again.bytes };
    return { answer: await call(), sent: all };
  }
}

/**
 * Commands of the pages that are not run, by how they begin, each with why. Their verbs and options are held to the
 * command's help all the same. What is added here is run by nobody: find a way to run it first.
 */
export const NOT_RUN: Readonly<Record<string, string>> = {
  "gatehouse serve": "it is the gateway itself, which every suite of these starts",
  "gatehouse ca import": "of a gateway that never started; the same suite does it",
  "gatehouse expect":
    "it waits for what agents of a CI job do; apps/gatehouse/src/command/expect.test.ts gives it that",
  "gatehouse ca export":
    "with an embedded database it is done while the gateway is stopped; conformance/src/authority/transfer.test.ts does it",
};

/** Commands that take a compiler of Puppet code: held to the help alone where there is no Ruby with Puppet's library. */
export const NEED_COMPILER = ["gatehouse puppet compile", "gatehouse puppet diff", "gatehouse puppet catalogs"];

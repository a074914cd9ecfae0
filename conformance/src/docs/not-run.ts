/**
 * Commands of the pages that are not run, by how they begin, each with why. Their verbs and options are held to the
 * command's help all the same. What is added here is run by nobody: find a way to run it first.
 */
export const NOT_RUN: Readonly<Record<string, string>> = {
  "gatehouse serve": "it is the gateway itself, which every suite of these starts",
  "gatehouse ca import": "of a gateway that never started; conformance/src/puppet/import.test.ts does it",
};

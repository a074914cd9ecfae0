import { apiDocument } from "../operations.js";
import { answerChecker } from "./answer-checker.js";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** The same calls, each of whose answers is held against the document. Calls of nothing that is in it pass. */
export function documented<A extends Answer, More extends readonly unknown[]>(
  call: (method: string, target: string, ...more: More) => Promise<A>,
): (method: string, target: string, ...more: More) => Promise<A> {
  const check = answerChecker(apiDocument());
  return async (method, target, ...more) => {
    const answer = await call(method, target, ...more);
    const { status, headers, text } = answer;
    const wrong = check({ method, target, status, contentType: headers["content-type"]?.toString(), text });
    if (wrong !== undefined) throw new Error(`An answer is not as the API's document says: ${wrong}`);
    return answer;
  };
}

import { errorCodes } from "@gatehouse/core/errors";
import { optional, withDefault } from "../operation/parameters.js";
import { described, integer, listOf, named, nullable, object, oneOf, text } from "../operation/schema.js";

/** An error of the API; RFC 9457. */
export const Problem = named(
  "Problem",
  object(
    {
      code: described(
        "Stable; the reference of errors has them all.",
        oneOf(Object.keys(errorCodes) as (keyof typeof errorCodes)[]),
      ),
      status: integer({ description: "The status of the answer." }),
      title: text({ description: "One sentence for a person." }),
      requestId: text({ description: "The log has the request under this id." }),
    },
    {
      errors: listOf(
        object({
          pointer: text({ description: "A JSON pointer into the request's body." }),
          detail: text({ description: "One sentence for a person." }),
        }),
        { description: "Every place that does not fit, at most 100, where the operation knows several." },
      ),
    },
  ),
);

/** The query parameters of a list that comes page by page. */
export const page = (most: number) => ({
  limit: withDefault(
    Math.min(100, most),
    "How many to answer with, at the most.",
    integer({ minimum: 1, maximum: most }),
  ),
  after: optional("Go on after a page: its `next`.", text({ minLength: 1, maxLength: 2000 })),
});

export const next = nullable(
  text({ description: "Hand it back as `after` for the page that follows; null on the last one." }),
);

/** The values that were given, without the names of those that were not: what ports take for "left out". */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
